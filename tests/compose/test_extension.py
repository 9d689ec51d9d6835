"""`x-ecs` of a Compose file and ecs-params.yml: one set of keys in two files."""

from pathlib import Path

from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.params.extension import with_extension
from ecscli.compose.params.read import EcsParams, parse_params

COMPOSE = """\
services:
  web:
    image: nginx
    x-ecs:
      group: front
      task_size: {cpu_limit: 512, mem_limit: 1GB}
x-ecs:
  layout: services
  network: {subnets: [subnet-1], security_groups: [sg-1]}
"""


def both(tmp_path: Path, compose: str, params: str = "") -> EcsParams:
    (tmp_path / "compose.yml").write_text(compose)
    project = load_project(LoadOptions(str(tmp_path), {"SIZE": "256"}))
    beside = parse_params(params, "ecs-params.yml", {}) if params else EcsParams()
    return with_extension(beside, project)


def test_the_compose_file_alone_is_enough(tmp_path: Path) -> None:
    params = both(tmp_path, COMPOSE)
    layout = params.layout
    assert (layout.layout, layout.network["subnets"]) == ("services", ["subnet-1"])
    assert layout.services["web"]["group"] == "front"
    assert (params.errors, params.warnings, params.notices) == ((), (), ())
    assert not params.present


def test_ecs_params_wins_key_by_key_and_one_notice_names_the_keys(tmp_path: Path) -> None:
    beside = (
        "layout: task\nnetwork: {subnets: [subnet-2]}\n"
        "service_params: {web: {task_size: {cpu_limit: 1024}}, db: {desired_count: 2}}\n"
    )
    params = both(tmp_path, COMPOSE, beside)
    layout = params.layout
    assert layout.layout == "task"
    assert layout.network == {"subnets": ["subnet-2"], "security_groups": ["sg-1"]}
    assert layout.services["web"]["task_size"] == {"cpu_limit": 1024, "mem_limit": "1GB"}
    assert layout.services["db"] == {"desired_count": 2}
    (notice,) = params.notices
    assert notice.message == (
        "x-ecs.layout, x-ecs.network.subnets, services.web.x-ecs.task_size.cpu_limit:"
        " ecs-params.yml has the same, which wins"
    )


def test_a_value_keeps_the_place_where_it_was_written(tmp_path: Path) -> None:
    beside = "service_params: {web: {task_size: {cpu_limit: 1024}}}\n"
    size = both(tmp_path, COMPOSE, beside).layout.services["web"]["task_size"]
    assert str(size.keys_at["cpu_limit"]) == "ecs-params.yml:1:36"
    assert str(size.keys_at["mem_limit"]) == "compose.yml:6:35"


def test_mistakes_in_either_place_are_found_with_their_places(tmp_path: Path) -> None:
    compose = """\
services:
  web: {image: nginx, x-ecs: {grup: front, desired_count: many}}
x-ecs: {layout: services, run_params: {}, discovery: dsn, network: [a]}
"""
    params = both(tmp_path, compose, "service_params: {web: {task_sise: {}}}\n")
    assert [f"{one.where}: {one.message}" for one in params.errors] == [
        "compose.yml:2:44: services.web.x-ecs.desired_count: must be a whole number",
        'compose.yml:3:43: x-ecs.discovery: must be one of dns, service-connect, none; it is "dsn"',
        "compose.yml:3:59: x-ecs.network: must be a mapping, not a list",
    ]
    assert [(one.message, one.hint) for one in params.warnings] == [
        (
            "service_params.web.task_sise: is not known and has no effect",
            'did you mean "task_size"?',
        ),
        ("x-ecs.run_params: is not known and has no effect", None),
        ("services.web.x-ecs.grup: is not known and has no effect", 'did you mean "group"?'),
    ]


def test_variables_are_replaced_as_elsewhere_in_the_file(tmp_path: Path) -> None:
    compose = "services: {web: {image: x, x-ecs: {task_size: {cpu_limit: '${SIZE}'}}}}\n"
    assert both(tmp_path, compose).layout.services["web"]["task_size"] == {"cpu_limit": "256"}
