"""Every mistake at once, across loading and the rules of ECS, of every command alike."""

from __future__ import annotations

import pytest

from tests.conftest import Cli

MISTAKES = """services:
  web:
    image: nginx
    prot: [80]
    privileged: true
  api:
    image: "not an image"
    ports: [80, nowhere]
"""
KEYS = ("services.web: unknown key", "services.web.privileged", "services.api.image", "ports[1]")
JUDGING = ("check", "render", "plan", "create", "up")


@pytest.mark.parametrize("verb", JUDGING)
def test_an_unknown_key_hides_no_other_mistake(cli: Cli, verb: str) -> None:
    (cli.directory / "compose.yml").write_text(MISTAKES)
    cluster = () if verb in ("check", "render", "create") else ("--cluster", "demo")
    result = cli("compose", verb, "--launch-type", "FARGATE", *cluster)
    assert result.code == 2
    places = [(result.out + result.err).index(key) for key in KEYS]
    assert places == sorted(places), "in the order of the file"


def test_what_follows_from_a_mistake_is_not_another_one(cli: Cli) -> None:
    (cli.directory / "compose.yml").write_text("services: {web: {imgae: nginx}}\n")
    result = cli("compose", "check")
    assert result.out.count("  error  ") == 1
    assert 'did you mean "image"' in result.out


def test_mistakes_of_ecs_params_hide_no_others(cli: Cli) -> None:
    (cli.directory / "compose.yml").write_text("services: {web: {image: a b}}\n")
    params = "task_definition: {services: {web: {depends_on: [[1]], essential: 3}}}\n"
    (cli.directory / "ecs-params.yml").write_text(params)
    result = cli("compose", "render")
    assert result.code == 2
    assert "services.web.image" in result.err
    assert "ecs-params.yml:1:55: task_definition.services.web.essential" in result.err


UNBUILT = "version: '3'\nservices: {web: {build: .}}\n"
BUILT = "services: {web: {build: .}}\n"


@pytest.mark.parametrize("verb", JUDGING)
def test_an_image_that_is_not_built_is_an_error_of_all_commands(cli: Cli, verb: str) -> None:
    (cli.directory / "compose.yml").write_text(UNBUILT)
    cluster = () if verb in ("check", "render", "create") else ("--cluster", "demo")
    result = cli("compose", verb, *cluster)
    assert result.code == 2
    assert "services.web.image: there is no image" in result.out + result.err
    assert "--build" in result.out + result.err


def test_the_image_of_the_future_is_shown(cli: Cli) -> None:
    (cli.directory / "Dockerfile").write_text("FROM scratch\n")
    for text, flags in ((UNBUILT, ("--build",)), (BUILT, ())):
        (cli.directory / "compose.yml").write_text(text)
        assert cli("compose", "check", *flags).code == 0
        rendered = cli("compose", "--project-name", "shop", "render", *flags)
        assert rendered.code == 0
        assert '"image": "<account>.dkr.ecr.<region>.amazonaws.com/shop/web:c-' in rendered.out


@pytest.mark.parametrize("verb", JUDGING)
def test_a_build_without_its_files_is_an_error_of_all_commands(cli: Cli, verb: str) -> None:
    (cli.directory / "compose.yml").write_text(BUILT)
    cluster = () if verb in ("check", "render", "create") else ("--cluster", "demo")
    result = cli("compose", verb, *cluster)
    assert result.code == 2
    assert "services.web.build: there is no file" in result.out + result.err
    assert "there is no image" not in result.out + result.err


@pytest.mark.parametrize("version", ["", "version: '3'\n"])
def test_a_fargate_size_that_was_chosen_is_not_made_larger(cli: Cli, version: str) -> None:
    cli.write("docker-compose.yml", f"{version}services: {{a: {{image: nginx, mem_limit: 8g}}}}\n")
    params = """task_definition:
  ecs_network_mode: awsvpc
  task_size: {mem_limit: 512, cpu_limit: 256}
  services: {a: {mem_limit: 8gb}}
"""
    cli.write("ecs-params.yml", params)
    for verb in ("check", "render"):
        result = cli("compose", verb, "--launch-type", "FARGATE")
        assert result.code == 2
        text = result.out + result.err
        assert "512 MiB; the containers ask for 8192 MiB" in text
        assert "ecs-params.yml:3:15" in text, "the size of the task"
        assert "ecs-params.yml:4:14" in text, "the container"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("{}\n", "write `services:` with at least one service"),
        ("services: {}\n", "write `services:` with at least one service"),
        (
            "services: {web: {image: nginx, profiles: [dev]}}\n",
            "no service is active: choose a profile with --compose-profile",
        ),
    ],
)
def test_a_task_without_containers_is_refused_by_all(cli: Cli, text: str, hint: str) -> None:
    cli.write("compose.yml", text)
    message = "services: cannot create a task definition with no containers"
    for verb in ("check", "render"):
        done = cli("compose", verb)
        assert done.code == 2
        assert f"compose.yml:1:1  error  {message}" in done.out or message in done.err
        assert hint in done.out + done.err
    assert cli("compose", "config").code == 0


def test_what_is_never_closed_has_the_place_where_it_begins(cli: Cli) -> None:
    cli.write("compose.yml", 'services:\n  web:\n    image: nginx\n    ports: ["80:80"\n')
    assert cli("compose", "render").err.startswith("error: compose.yml:4:12: not valid YAML")


def test_check_adds_no_refusal_to_a_key_that_cannot_be_read(cli: Cli) -> None:
    cli.write(
        "compose.yml", "services:\n  a:\n    image: nginx\n    gpus: [{count: [1, 2], driver: x}]\n"
    )
    checked = cli("compose", "check", "--launch-type", "FARGATE")
    rendered = cli("compose", "render", "--launch-type", "FARGATE")
    assert checked.out.count("  error  ") == 1
    assert rendered.err.count("services.a.gpus") == 1
    assert "services.a.gpus[0].count: must be a number" in checked.out


def test_a_locale_without_the_characters_of_an_argument_is_the_reason(cli: Cli) -> None:
    done = cli("compose", "--project-name", "caf\udcc3\udca9", "check")
    assert done.code == 2
    assert done.err.splitlines() == [
        "error: argument 3 has characters beyond ASCII, and the locale has none",
        "  hint: set LC_ALL=C.UTF-8",
    ]
