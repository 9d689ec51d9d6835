"""How groups find each other: which mode, under which names, and what is known of who calls whom."""

from pathlib import Path

import pytest

from ecscli.base.errors import InputError
from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.layout.arrangement.arrange import arrange
from ecscli.compose.layout.discovery.front_ends import with_restarts
from ecscli.compose.layout.discovery.namespaces import dns_namespace, is_label
from ecscli.compose.layout.judge import JudgedProject, judge_groups
from ecscli.compose.load import load_project
from ecscli.compose.params.extension import with_extension
from ecscli.compose.params.read import EcsParams, parse_params
from ecscli.compose.task.definition import TaskSettings

TWO = "services: {web: {image: me/web, expose: [80]}, db: {image: postgres, expose: [5432]}}\n"


def judged(
    folder: Path, compose: str, params: str = "", launch_type: str | None = "FARGATE"
) -> JudgedProject:
    (folder / "compose.yml").write_text(compose)
    project = load_project(LoadOptions(str(folder), {}, project_name="shop"))
    given = parse_params(params, "ecs-params.yml", {}) if params else EcsParams()
    settings = TaskSettings(LaunchFlags(launch_type))
    whole = with_extension(given, project)
    found = judge_groups(arrange(project, whole), whole, settings, "Demo_1")
    found.findings.raise_errors(project.files)
    return found


def warnings(found: JudgedProject) -> list[str]:
    return [one.message for one in found.findings.warnings]


def test_a_namespace_is_made_of_labels() -> None:
    assert dns_namespace("my_Shop", "Demo_1") == "my-shop.demo-1.internal"
    assert dns_namespace("shop", "") == "shop.default.internal"
    assert dns_namespace("x" * 70, "demo").startswith("x" * 63 + ".demo")
    assert [is_label(name) for name in ("db", "my-db", "my_db", "db-")] == [
        True,
        True,
        False,
        False,
    ]


def test_the_network_mode_decides_how_services_find_each_other(tmp_path: Path) -> None:
    found = judged(tmp_path, TWO).discovery
    assert found.dns_namespace == "shop.demo-1.internal"
    assert found.registered == {"web": "web", "db": "db"}
    assert found.connect_namespace == ""
    found = judged(tmp_path, TWO, launch_type=None).discovery
    assert (found.dns_namespace, found.connect_namespace) == ("", "shop.demo-1")
    assert found.of("db").endpoints == ("db",)
    on_host = TWO.replace("me/web", "me/web, network_mode: host")
    host = judged(tmp_path, on_host, launch_type=None)
    assert host.discovery.of("web").mode == "none"
    assert any("web finds no other service by name" in one.message for one in host.findings.notices)


def test_files_choose_for_the_project_and_for_a_service(tmp_path: Path) -> None:
    params = "discovery: {mode: service-connect}\nservice_params: {db: {discovery: none}}\n"
    found = judged(tmp_path, TWO, params).discovery
    assert [one.mode for one in found.groups.values()] == ["service-connect", "none"]
    by_swarm = TWO.replace("me/web", "me/web, deploy: {endpoint_mode: vip}")
    found = judged(tmp_path, by_swarm).discovery
    assert [one.mode for one in found.groups.values()] == ["service-connect", "dns"]


def test_a_project_of_one_group_needs_no_names(tmp_path: Path) -> None:
    one = "services: {web: {image: nginx}}\n"
    assert not judged(tmp_path, one).discovery.dns_namespace
    assert judged(tmp_path, one, "discovery: dns\n").discovery.registered == {"web": "web"}


def test_members_of_a_group_have_one_mode(tmp_path: Path) -> None:
    params = (
        "service_params: {web: {group: all, discovery: dns}, db: {group: all, discovery: none}}"
    )
    with pytest.raises(InputError, match="another value"):
        judged(tmp_path, TWO, params)


def test_a_mode_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="service-connect"):
        judged(tmp_path, TWO, "discovery: connect\n")


def test_dns_does_not_work_on_bridge(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="dns does not work in network mode bridge"):
        judged(tmp_path, TWO, "discovery: dns\n", None)


def test_without_a_port_nothing_is_offered_and_nothing_is_made(tmp_path: Path) -> None:
    compose = "services: {web: {image: me/web}, db: {image: 'postgres:16'}}\n"
    found = judged(tmp_path, compose, launch_type=None)
    assert not found.discovery.connect_namespace
    assert [one.hint for one in found.findings.warnings] == ['add expose: ["5432"]']
    service = found.groups[0].definition.service
    assert "serviceConnectConfiguration" not in service


def test_a_task_takes_ten_containers_with_the_one_for_names(tmp_path: Path) -> None:
    names = [f"s{number}" for number in range(10)]
    members = "".join(f"  {name}: {{image: nginx, x-ecs: {{group: all}}}}\n" for name in names)
    with pytest.raises(InputError, match="10"):
        judged(tmp_path, f"services:\n{members}  db: {{image: postgres}}\n")


# ------------------------------------------------------------- nginx and haproxy


def front(image: str, more: str = "") -> str:
    return (
        "services:\n"
        f"  front: {{{image}, depends_on: {{api: {{condition: service_started{more}}}}}}}\n"
        "  api: {image: me/api}\n"
    )


@pytest.mark.parametrize("image", ["image: 'nginx:1.27'", "image: docker.io/library/haproxy"])
def test_a_front_end_gets_a_deployment_with_what_it_depends_on(tmp_path: Path, image: str) -> None:
    found = judged(tmp_path, front(image))
    assert any("front looks api up once" in message for message in warnings(found))
    (edge,) = with_restarts(found.arrangement.edges, found.discovery)
    assert edge.restart
    assert not found.arrangement.edges[0].restart


def test_who_asks_for_the_restart_needs_no_warning(tmp_path: Path) -> None:
    found = judged(tmp_path, front("image: nginx", ", restart: true"))
    assert warnings(found) == []


def test_a_front_end_is_known_by_the_image_that_it_is_built_on(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(
        "FROM node AS build\nFROM nginx:alpine AS base\nFROM base\nCOPY --from=build /a /b\n"
    )
    found = judged(tmp_path, front("build: ., image: 'me/front:1'"))
    assert found.discovery.front_ends == {("front", "api")}


@pytest.mark.parametrize("way", ["configs: [site]", "volumes: ['./site.conf:/etc/nginx/a.conf']"])
def test_a_file_that_names_the_resolver_of_docker_has_a_warning(tmp_path: Path, way: str) -> None:
    (tmp_path / "site.conf").write_text("resolver 127.0.0.11 valid=5s;")
    compose = (
        f"services:\n  front: {{image: me/front, {way}}}\n  api: {{image: me/api}}\n"
        "configs: {site: {file: ./site.conf}}\n"
    )
    (warning,) = judged(tmp_path, compose).findings.warnings
    assert "the file names 127.0.0.11" in warning.message
    assert "SERVICE.shop.demo-1.internal" in str(warning.hint)


def test_other_images_and_service_connect_need_no_restart(tmp_path: Path) -> None:
    assert not judged(tmp_path, front("image: node")).discovery.front_ends
    connected = judged(tmp_path, front("image: nginx"), "discovery: service-connect\n")
    assert not connected.discovery.front_ends


# ------------------------------------------------------------- who calls whom


def test_callers_name_or_depend_on_what_they_call(tmp_path: Path) -> None:
    compose = """\
services:
  web: {image: me/web, expose: [80], environment: {API: "http://api:8000"}, networks: [front]}
  api: {image: me/api, expose: [8000], depends_on: [db], networks: [front, back]}
  db: {image: postgres, expose: [5432], networks: [back]}
networks: {front: {}, back: {}}
"""
    found = judged(tmp_path, compose, "discovery: service-connect\n").discovery
    assert found.calls == {("web", "api"), ("api", "db")}
    assert ("db", "api") in found.neighbours
    assert ("db", "web") not in found.neighbours


@pytest.mark.parametrize(
    ("size", "fargate", "notice"),
    [
        ("mem_limit: 64m", ("256", "512"), "the smallest that holds 64 MiB"),
        (
            "mem_limit: 500m, cpu_shares: 256",
            ("512", "1024"),
            "the smallest that holds 512 CPU units and 564 MiB, with the proxy of Service Connect",
        ),
        ("mem_limit: 500m", ("256", "1024"), "with the proxy of Service Connect"),
    ],
)
def test_the_proxy_of_service_connect_is_a_part_of_a_fargate_task(
    tmp_path: Path, size: str, fargate: tuple[str, str], notice: str
) -> None:
    web = f"web: {{image: me/web, expose: [80], {size}}}"
    compose = f"services: {{{web}, db: {{image: postgres, expose: [5432], mem_limit: 64m}}}}\n"
    found = judged(tmp_path, compose, "discovery: service-connect\n")
    request = next(one.definition.request for one in found.groups if one.group.name == "web")
    assert (request["cpu"], request["memory"]) == fargate
    notices = [one.message for one in found.findings.notices]
    assert [one for one in notices if one.endswith(notice)]
    chosen = "{web: {task_size: {cpu_limit: 256, mem_limit: 512}}}"
    params = f"discovery: service-connect\nservice_params: {chosen}\n"
    found = judged(tmp_path, compose, params)
    request = next(one.definition.request for one in found.groups if one.group.name == "web")
    assert (request["cpu"], request["memory"]) == ("256", "512"), "a chosen size stays"


def test_members_of_a_group_find_each_other_by_its_one_name_alone(tmp_path: Path) -> None:
    names = "environment: {A: 'http://api:80', B: 'http://agent:80'}"
    group = "x-ecs: {group: back}"
    compose = (
        "services:\n"
        f"  api: {{image: me/api, {names}, {group}}}\n"
        f"  agent: {{image: me/agent, {names}, {group}}}\n"
        "  web: {image: me/web, depends_on: [api]}\n"
    )
    unresolved = [one for one in warnings(judged(tmp_path, compose)) if "not resolve" in one]
    message = '"agent" does not resolve: the containers of a task share one network'
    assert unresolved == [f"services.api.environment.B: {message}"], "all are found as api"
    params = "discovery: {mode: dns, search: false}\n"
    without = [one for one in warnings(judged(tmp_path, compose, params)) if "not resolve" in one]
    assert len(without) == 2, "without its domain no name resolves"
