"""What `check` says of published ports that no load balancer is in front of."""

from pathlib import Path

import pytest

from ecscli.compose.check import INFO, Entry, check, check_groups
from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.find.side_files import load_params
from ecscli.compose.layout.arrangement.arrange import arrange
from ecscli.compose.load import load_project
from ecscli.compose.params.extension import with_extension
from ecscli.compose.task.definition import TaskSettings

COMPOSE = """\
services:
  web:
    image: nginx
    ports: ["8080:80", "8443:443"]
  one: {image: nginx, ports: ["8081:81"]}
  off: {image: nginx, ports: ["8082:82"], x-ecs: {load_balancer: false}}
  on: {image: nginx, ports: ["8083:83"], x-ecs: {load_balancer: true}}
  db: {image: postgres, ports: ["5432:5432"]}
  store: {image: example/store, ports: ["6379:6379"]}
  local: {image: nginx, ports: ["127.0.0.1:8084:84"]}
  udp: {image: nginx, ports: ["53:53/udp"]}
"""
FIXED = "an instance has room for one such task, and an update needs a free instance"


def notes(folder: Path, layout: str, launch: str, *, by_flag: bool = False) -> list[Entry]:
    (folder / "compose.yml").write_text(COMPOSE)
    project = load_project(LoadOptions(str(folder), {}, project_name="shop"))
    params = with_extension(load_params(str(folder), None, {}), project)
    settings = TaskSettings(LaunchFlags(launch), balance=by_flag)
    if layout == "services":
        report = check_groups(arrange(project, params), params, settings)
    else:
        report = check(project, params, settings)
    return [one for one in report.entries if one.severity == INFO and "reachable" in one.message]


@pytest.mark.parametrize("layout", ["task", "services"])
def test_one_line_for_each_service_that_others_reach(tmp_path: Path, layout: str) -> None:
    found = notes(tmp_path, layout, "EC2")
    assert [one.key for one in found] == ["services.web.ports", "services.one.ports"]
    assert found[0].message == (
        f"published port 8080 is reachable at each task's own address; {FIXED}"
    )
    assert found[0].where is not None
    assert found[0].where.line == 4
    assert found[0].hint == "load_balancer: true gives the service one address"


def test_the_flag_leaves_those_that_it_cannot_balance(tmp_path: Path) -> None:
    assert [one.key for one in notes(tmp_path, "services", "EC2", by_flag=True)] == [
        "services.web.ports"
    ]


def test_tasks_with_a_network_of_their_own_have_the_port_of_the_container(tmp_path: Path) -> None:
    found = notes(tmp_path, "services", "FARGATE")
    assert [one.message for one in found] == [
        f"published port {port} is reachable at each task's own address" for port in (80, 81)
    ]
