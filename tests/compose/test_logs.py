"""Containers that name no log driver write to CloudWatch Logs, where the right to do so is known."""

from pathlib import Path
from typing import Any

import pytest

from ecscli.compose.ecs.agent_role import ClusterStack, ExecutionRole
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.layout.arrangement.arrange import arrange
from ecscli.compose.layout.judge import judge_groups
from ecscli.compose.load import load_project
from ecscli.compose.params.extension import with_extension
from ecscli.compose.params.read import EcsParams, parse_params
from ecscli.compose.task.definition import TaskDefinition, TaskSettings
from ecscli.compose.verdict import build_task_definition

COMPOSE = """\
services:
  web: {image: nginx}
  db: {image: postgres}
"""
ROLE = "task_definition: {task_execution_role: app}\n"
CLUSTER = ClusterStack("amazon-ecs-cli-setup-demo", makes_role=True)


def built(
    tmp_path: Path, compose: str, params: str = "", cluster: ClusterStack | None = CLUSTER
) -> TaskDefinition:
    """The task definition after a look at AWS, which finds no execution role."""
    (tmp_path / "compose.yml").write_text(compose)
    project = load_project(LoadOptions(str(tmp_path), {}, project_name="shop"))
    beside = parse_params(params, "ecs-params.yml", {}) if params else EcsParams()
    found = ExecutionRole(None)
    settings = TaskSettings(region="eu-west-1", cluster=cluster, execution_role=found)
    return build_task_definition(project, with_extension(beside, project), settings)


def logging_of(definition: TaskDefinition) -> dict[str, Any]:
    containers = definition.request["containerDefinitions"]
    return {one["name"]: one.get("logConfiguration") for one in containers}


def notices(definition: TaskDefinition) -> list[str]:
    return [one.message for one in definition.notices if one.message.startswith("logs of")]


@pytest.mark.parametrize(("params", "cluster"), [("", CLUSTER), (ROLE, None)])
def test_logs_go_to_the_group_of_the_project(
    tmp_path: Path, params: str, cluster: ClusterStack | None
) -> None:
    definition = built(tmp_path, COMPOSE, params, cluster)
    web = {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": "/ecs/shop",
            "awslogs-region": "eu-west-1",
            "awslogs-stream-prefix": "web",
        },
    }
    found = logging_of(definition)
    assert found["web"] == web
    assert found["db"]["options"]["awslogs-stream-prefix"] == "db"
    assert definition.log_group == "/ecs/shop"
    assert notices(definition) == [
        "logs of db, web go to log group /ecs/shop, as none name a log driver"
    ]


def test_groups_of_layout_services_have_one_notice(tmp_path: Path) -> None:
    (tmp_path / "compose.yml").write_text(COMPOSE)
    project = load_project(LoadOptions(str(tmp_path), {}, project_name="shop"))
    settings = TaskSettings(region="eu-west-1", cluster=CLUSTER, execution_role=ExecutionRole(None))
    judged = judge_groups(arrange(project, EcsParams()), EcsParams(), settings)
    found = [one.message for one in judged.findings.notices if "logs of" in one.message]
    assert found == [
        "logs of web, db go to log groups /ecs/shop-web, /ecs/shop-db, as none name a log driver"
    ]


@pytest.mark.parametrize(
    "cluster", [None, ClusterStack("demo", makes_role=False), ClusterStack("demo", on_fargate=True)]
)
def test_without_a_role_that_may_write_they_stay_silent(
    tmp_path: Path, cluster: ClusterStack | None
) -> None:
    definition = built(tmp_path, COMPOSE, cluster=cluster)
    assert logging_of(definition) == {"db": None, "web": None}
    assert definition.log_group is None
    assert (definition.added_logs.silent, notices(definition)) == (("db", "web"), [])


@pytest.mark.parametrize(
    ("compose", "params"),
    [
        ("services: {web: {image: nginx}}\nx-ecs: {logs: none}\n", ""),
        ("services: {web: {image: nginx, x-ecs: {logs: none}}}\n", ""),
        ("services: {web: {image: nginx}}\n", "logs: none\n"),
        ("services: {web: {image: nginx, logging: {driver: none}}}\n", ""),
        ('version: "3"\nservices: {web: {image: nginx}}\n', ""),
        ('version: "2"\nservices: {web: {image: nginx}}\n', ""),
        ("web: {image: nginx}\n", ""),
    ],
)
def test_who_wants_no_logs_gets_none_and_no_word(tmp_path: Path, compose: str, params: str) -> None:
    definition = built(tmp_path, compose, params)
    assert logging_of(definition) == {"web": None}
    assert (definition.log_group, notices(definition)) == (None, [])
    assert definition.added_logs.silent == ()


def test_a_service_decides_for_itself(tmp_path: Path) -> None:
    compose = COMPOSE.replace("nginx", "nginx, x-ecs: {logs: auto}") + "x-ecs: {logs: none}\n"
    found = logging_of(built(tmp_path, compose))
    assert (found["db"], found["web"]["logDriver"]) == (None, "awslogs")


def test_a_driver_that_is_named_stays(tmp_path: Path) -> None:
    compose = """\
services:
  web: {image: nginx, logging: {driver: json-file}}
  db: {image: postgres, logging: {driver: awslogs, options: {awslogs-group: mine}}}
"""
    definition = built(tmp_path, compose)
    found = logging_of(definition)
    assert found["web"] == {"logDriver": "json-file"}
    assert found["db"]["options"]["awslogs-group"] == "mine"
    assert (definition.log_group, notices(definition)) == (None, [])


def test_the_group_is_made_where_a_driver_names_none(tmp_path: Path) -> None:
    compose = "services: {web: {image: nginx, logging: {driver: awslogs}}}\n"
    assert built(tmp_path, compose).log_group == "/ecs/shop"
    mine = "logging: {driver: awslogs, options: {awslogs-group: /ecs/shop}}"
    named = f"services: {{web: {{image: nginx, {mine}}}}}\n"
    assert built(tmp_path, named).log_group is None, "its owner makes it"


def test_what_ecs_params_has_stays(tmp_path: Path) -> None:
    extra = "{name: web, logConfiguration: {logDriver: syslog}}"
    inner = f"task_definition_extra: {{containerDefinitions: [{extra}]}}"
    params = f"task_definition: {{{inner}}}\n"
    definition = built(tmp_path, COMPOSE, params)
    assert logging_of(definition)["web"] == {"logDriver": "syslog"}
    assert notices(definition) == [
        "logs of db go to log group /ecs/shop, as none name a log driver"
    ]


def test_without_a_look_at_aws_only_a_named_role_counts(tmp_path: Path) -> None:
    (tmp_path / "compose.yml").write_text(COMPOSE)
    project = load_project(LoadOptions(str(tmp_path), {}, project_name="shop"))
    definition = build_task_definition(project)
    assert logging_of(definition) == {"db": None, "web": None}


FILES = """\
services:
  web: {image: nginx, configs: [{source: page, target: /srv/page}]}
  db: {image: postgres}
configs: {page: {content: hello}}
"""


def test_the_container_that_writes_files_logs_where_those_do_that_wait_for_it(
    tmp_path: Path,
) -> None:
    options = {"awslogs-group": "/ecs/shop", "awslogs-region": "eu-west-1"}
    found = logging_of(built(tmp_path, FILES))
    assert found["compose-files"] == {
        "logDriver": "awslogs",
        "options": {**options, "awslogs-stream-prefix": "compose-files"},
    }
    mine = "logging: {driver: awslogs, options: {awslogs-group: mine, mode: non-blocking}}"
    found = logging_of(built(tmp_path, FILES.replace("nginx,", f"nginx, {mine},")))
    assert found["compose-files"]["options"] == {
        **options,
        "awslogs-group": "mine",
        "awslogs-stream-prefix": "compose-files",
    }


@pytest.mark.parametrize("left", ["x-ecs: {logs: none},", "logging: {driver: json-file},"])
def test_it_has_no_logs_where_those_that_wait_for_it_have_none(tmp_path: Path, left: str) -> None:
    found = logging_of(built(tmp_path, FILES.replace("nginx,", f"nginx, {left}")))
    assert found["compose-files"] is None
    assert found["db"]["logDriver"] == "awslogs"
