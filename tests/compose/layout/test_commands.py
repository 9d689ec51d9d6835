"""`--layout` of the commands that need no AWS, and those that do not take the layout yet."""

from tests.conftest import Cli

COMPOSE = """\
name: shop
services:
  web: {image: nginx, depends_on: [db]}
  db: {image: postgres, expose: [5432]}
"""
PARAMS = "layout: services\n"
FARGATE = ("--launch-type", "FARGATE")


def names(cli: Cli, *words: str, **variables: str) -> list[str]:
    """The keys of what `render` prints."""
    result = cli("compose", *words, **variables)
    assert result.code == 0, result.err
    return list(result.json)


def test_render_prints_all_definitions_by_group(cli: Cli) -> None:
    cli.write("compose.yml", COMPOSE)
    assert names(cli, "render", "--layout", "services") == ["web", "db"]


def test_the_flag_wins_over_the_variable_and_that_over_the_files(cli: Cli) -> None:
    cli.write("compose.yml", f"{COMPOSE}x-ecs: {{layout: services}}\n")
    assert names(cli, "render") == ["web", "db"]
    assert names(cli, "render", ECSCLI_LAYOUT="task")[0] == "family"
    assert names(cli, "render", "--layout=services", ECSCLI_LAYOUT="task") == ["web", "db"]
    assert names(cli, "--layout", "task", "render")[0] == "family"
    cli.write("ecs-params.yml", "layout: task\n")
    assert names(cli, "render")[0] == "family"


def test_a_variable_that_names_no_layout_is_refused(cli: Cli) -> None:
    cli.write("compose.yml", COMPOSE)
    result = cli("compose", "render", ECSCLI_LAYOUT="service")
    assert result.code == 2
    assert 'ECSCLI_LAYOUT: there is no layout "service"' in result.err
    assert 'did you mean "services"?' in result.err


def test_render_prints_one_definition_by_service(cli: Cli) -> None:
    cli.write("compose.yml", COMPOSE)
    cli.write("ecs-params.yml", PARAMS)
    result = cli("compose", "render", "--service", "db")
    assert (result.code, result.json["family"]) == (0, "shop-db")
    wrong = cli("compose", "render", "--service", "bd")
    assert wrong.code == 2
    assert '--service: the project has no service "bd"' in wrong.err
    whole = cli("compose", "render", "--layout", "task", "--service", "db")
    assert whole.code == 2


def test_a_template_is_that_of_one_service(cli: Cli) -> None:
    cli.write("compose.yml", COMPOSE)
    cli.write("ecs-params.yml", PARAMS)
    refused = cli("compose", "render", "--format", "cloudformation")
    assert (refused.code, "--service" in refused.err) == (2, True)
    printed = cli("compose", "render", "--format", "cloudformation", "--service", "db")
    assert (printed.code, "shop-db" in printed.out) == (0, True)


def test_check_names_the_layout_and_its_waves(cli: Cli) -> None:
    cli.write("compose.yml", COMPOSE)
    cli.write("ecs-params.yml", PARAMS)
    result = cli("compose", "check")
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith("layout services: 2 services on EC2: no errors, no warnings")
    report = cli("compose", "check", "--output", "json", *FARGATE).json
    assert report["layout"] == "services"
    assert [(one["name"], one["wave"]) for one in report["groups"]] == [("db", 1), ("web", 2)]
    assert [one["discovery"] for one in report["groups"]] == ["dns", "dns"]


def test_check_names_the_cluster_that_decides_the_launch_type(cli: Cli) -> None:
    cli.write("compose.yml", COMPOSE)
    cli.write("ecs-params.yml", PARAMS)
    place = {"ECS_CLUSTER": "demo", "AWS_REGION": "us-east-1"}
    header = "on EC2, unless cluster demo is for Fargate (--launch-type): no errors"
    assert header in cli("compose", "check", **place).err
    assert cli("compose", "check", "--output", "json", **place).json["launchTypeAssumed"]
    assert "unless" not in cli("compose", "check", *FARGATE, **place).err
    assert "EC2, unless cluster" in cli("compose", "check", "--layout", "task", **place).err
    cli.write("ecs-cluster.yml", "cluster: demo\nregion: us-east-1\nlaunch-type: FARGATE\n")
    assert cli("compose", "check").err.startswith("layout services: 2 services on FARGATE: ")


def test_hints_of_check_name_the_namespace_of_the_configured_cluster(cli: Cli) -> None:
    mounted = "nginx, configs: [{source: nginx, target: /etc/x/a.conf}],"
    config = 'configs: {nginx: {content: "resolver 127.0.0.11;"}}'
    cli.write("compose.yml", COMPOSE.replace("nginx,", mounted) + config)
    cli.write("ecs-params.yml", PARAMS)
    checked = cli("compose", "check", *FARGATE, ECS_CLUSTER="demo", AWS_REGION="us-east-1")
    assert "db.shop.demo.internal" in checked.out


def test_check_has_the_mistakes_of_all_groups_once(cli: Cli) -> None:
    cli.write("compose.yml", COMPOSE.replace("nginx", "NGINX").replace("postgres", "Postgres"))
    cli.write("ecs-params.yml", f"{PARAMS}run_params: {{propagate_tags: ALL, wrong: 1}}\n")
    result = cli("compose", "check")
    assert result.code == 2
    keys = [line.split()[2].rstrip(":") for line in result.out.splitlines()]
    assert keys == [
        "services.web.image",
        "services.db.image",
        "run_params.propagate_tags",
        "run_params.wrong",
    ]


def test_settings_of_the_layout_have_a_warning_in_the_other_one(cli: Cli) -> None:
    cli.write("compose.yml", COMPOSE)
    cli.write(
        "ecs-params.yml", "service_params: {web: {desired_count: 2}}\nnetwork: {subnets: [a]}\n"
    )
    result = cli("compose", "check")
    assert result.code == 0
    assert [line.split("  ")[2] for line in result.out.splitlines()] == [
        "service_params.web: has an effect with layout services alone",
        "network: has an effect with layout services alone",
    ]


def test_the_layout_task_is_what_it_was(cli: Cli) -> None:
    cli.write("compose.yml", COMPOSE)
    before = cli("compose", "render")
    cli.write("ecs-params.yml", "service_params: {web: {desired_count: 2}}\n")
    assert cli("compose", "render", "--layout", "task").out == before.out


OLD = """\
version: '2'
services:
  web: {image: caddy, hostname: web, restart: always, networks: [front], depends_on: [db]}
  db: {image: postgres, expose: [5432], networks: [front], mem_limit: 64m}
networks: {front: {internal: true}}
"""


def test_files_of_ecs_cli_are_translated_as_those_of_today(cli: Cli) -> None:
    """ecs-cli had no layout services whose meaning could be kept: nothing is skipped, and Fargate
    needs no network mode from the files."""
    cli.write("compose.yml", OLD)
    cli.write("ecs-params.yml", PARAMS)
    checked = cli("compose", "check", "--all", *FARGATE)
    assert "2 services on FARGATE: no errors, no warnings" in checked.err
    groups = "awsvpcConfiguration.securityGroups[]"
    assert f"mapped  services.web.networks -> {groups}" in checked.out
    assert f"mapped  networks.front.internal -> {groups}" in checked.out
    definitions = cli("compose", "render", *FARGATE).json
    assert {each["networkMode"] for each in definitions.values()} == {"awsvpc"}
    assert definitions["web"]["containerDefinitions"][0]["restartPolicy"] == {"enabled": True}


def test_start_and_scale_refuse_options_of_new_tasks(cli: Cli) -> None:
    cli.write("compose.yml", COMPOSE)
    cli.write("ecs-params.yml", PARAMS)
    for words in (
        ("start", "--tags", "a=b"),
        ("start", "web", "--build"),
        ("start", "--create-log-groups"),
        ("scale", "web=2", "--capacity-provider", "FARGATE_SPOT=1"),
        ("scale", "web=2", "--ship-secrets"),
    ):
        refused = cli("compose", *words)
        assert refused.code == 2
        assert f"has no effect: {words[0]} with layout services changes counts" in refused.err


def test_a_project_from_standard_input_is_read_once(cli: Cli) -> None:
    refused = cli("compose", "-p", "shop", "-f", "-", "down", "--layout=services", stdin=COMPOSE)
    assert refused.code == 2
    assert "no cluster is set" in refused.err
