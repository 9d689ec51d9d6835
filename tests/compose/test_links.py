"""Network mode bridge: every service resolves those that start before it, and no links form a
circle."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ecscli.base.findings import Findings
from ecscli.compose.ecs.images import repository_name
from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.params.read import EcsParams
from ecscli.compose.task.definition import TaskSettings, translate


def links(
    directory: Path, services: dict[str, Any], launch_type: str = "EC2", **top: Any
) -> tuple[dict[str, list[str]], list[str]]:
    """The links of each container that has some, and the notices about them."""
    document = {"services": {name: {"image": "nginx", **keys} for name, keys in services.items()}}
    (directory / "compose.yml").write_text(yaml.safe_dump({**document, **top}, sort_keys=False))
    project = load_project(LoadOptions(str(directory), {}))
    findings = Findings()
    settings = TaskSettings(LaunchFlags(launch_type))
    request = translate(project, EcsParams(), settings, findings).request
    found = {
        container["name"]: list(container["links"])
        for container in request["containerDefinitions"]
        if "links" in container
    }
    notices = [finding.message for finding in findings.notices]
    return found, [notice for notice in notices if "link" in notice]


PUBLISHED: dict[str, Any] = {"ports": ["80:80"]}


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ({"web": {}}, {}),
        # Who waits comes after whom it waits for, wherever they are in the file
        ({"web": {"depends_on": ["db"]}, "db": {}}, {"web": ["db"]}),
        # Services that publish no port come first, then the order of the file counts
        ({"web": PUBLISHED, "db": {}, "cache": {}}, {"cache": ["db"], "web": ["db", "cache"]}),
        # Waiting counts more than ports
        (
            {"web": PUBLISHED, "worker": {"depends_on": ["web"]}},
            {"worker": ["web"]},
        ),
        # A host that a service names comes before it, wherever they are in the file
        (
            {
                "web": {**PUBLISHED, "environment": {"DATABASE_URL": "postgres://u:p@db/app"}},
                "db": {"ports": ["5432:5432"]},
            },
            {"web": ["db"]},
        ),
        # Of two that name each other the first one waits
        (
            {
                "web": {"environment": {"API_URL": "http://api"}},
                "api": {"environment": {"WEB_URL": "http://web"}},
            },
            {"api": ["web"]},
        ),
        # What the file links stays first, and counts for the order
        (
            {"web": {"links": ["db:database"]}, "db": {}},
            {"web": ["db:database", "db"]},
        ),
        # An alias that the file gives to another container keeps its meaning
        (
            {"web": {"links": ["other:db"]}, "db": {}, "other": {}},
            {"other": ["db"], "web": ["other:db", "other"]},
        ),
        # Every name that Compose gives a service resolves
        (
            {"web": PUBLISHED, "db": {"container_name": "shop-db"}},
            {"web": ["db", "db:shop-db"]},
        ),
        # A container that has ended cannot be linked; it may itself resolve others
        (
            {
                "db": {},
                "migrate": {"depends_on": ["db"]},
                "web": {"depends_on": {"migrate": {"condition": "service_completed_successfully"}}},
            },
            {"migrate": ["db"], "web": ["db"]},
        ),
        # A container without a network neither links nor is linked
        ({"web": PUBLISHED, "batch": {"network_mode": "none"}}, {}),
    ],
)
def test_each_service_resolves_those_that_start_before_it(
    tmp_path: Path, services: dict[str, Any], expected: dict[str, list[str]]
) -> None:
    assert links(tmp_path, services)[0] == expected


def test_only_services_of_a_shared_network_are_linked(tmp_path: Path) -> None:
    services = {
        "proxy": {"networks": ["front"], "ports": ["80:80"]},
        "db": {"networks": {"back": {"aliases": ["database"]}}},
        "app": {"networks": ["front", "back"]},
    }
    found, _ = links(tmp_path, services, networks={"front": {}, "back": {}})
    assert found == {"app": ["db", "db:database"], "proxy": ["app"]}


@pytest.mark.parametrize("launch_type", ["EC2", "FARGATE"])
@pytest.mark.parametrize("mode", ["bridge", "host", "awsvpc"])
def test_only_network_mode_bridge_has_links(tmp_path: Path, launch_type: str, mode: str) -> None:
    services = {name: {"network_mode": mode} for name in ("web", "db")}
    found, _ = links(tmp_path, services, launch_type)
    assert bool(found) == (mode == "bridge" and launch_type == "EC2")


@pytest.mark.parametrize("version", ["2", "3"])
def test_files_of_ecs_cli_send_the_links_that_they_have(tmp_path: Path, version: str) -> None:
    services = {"web": {"links": ["db"]}, "db": {}, "cache": {}}
    assert links(tmp_path, services, version=version) == ({"web": ["db"]}, [])


def test_the_notices_name_whom_a_service_reaches(tmp_path: Path) -> None:
    _, notices = links(tmp_path, {"web": PUBLISHED, "db": {}, "cache": {}})
    assert notices == [
        "services.cache: links make these names resolve: db",
        "services.web: links make these names resolve: db, cache",
    ]


READS_THE_PORT = {"image": "app", "command": ["sh", "-c", "serve --redis-port $$REDIS_PORT"]}


@pytest.mark.parametrize(
    ("app", "is_noticed"),
    [
        (READS_THE_PORT, True),
        ({"image": "ghcr.io/immich-app/immich-server:release"}, True),
        ({**READS_THE_PORT, "environment": {"REDIS_PORT": "6379"}}, False),
        ({"image": "app"}, False),
        ({"image": "app", "command": ["sh", "-c", "echo $$REDIS_PORTS $$PORT"]}, False),
    ],
)
def test_a_variable_that_a_link_sets_and_the_service_reads_is_named(
    tmp_path: Path, app: dict[str, Any], is_noticed: bool
) -> None:
    _, notices = links(tmp_path, {"redis": {}, "app": app})
    named = [notice for notice in notices if "REDIS_PORT is read" in notice]
    assert bool(named) == is_noticed


NAMES = ("a", "b", "c", "d", "e", "f")
WAITS = st.dictionaries(st.sampled_from(NAMES), st.sets(st.sampled_from(NAMES)))
PORTS = st.sets(st.sampled_from(NAMES))


@given(waits=WAITS, published=PORTS)
def test_links_never_form_a_circle(
    tmp_path_factory: pytest.TempPathFactory, waits: dict[str, set[str]], published: set[str]
) -> None:
    services: dict[str, Any] = {}
    for name in NAMES:
        earlier = sorted(other for other in waits.get(name, ()) if other > name)
        services[name] = {"depends_on": earlier, **(PUBLISHED if name in published else {})}
    found, _ = links(tmp_path_factory.mktemp("links"), services)
    needed = {name: {*found.get(name, ()), *keys["depends_on"]} for name, keys in services.items()}
    started: list[str] = []
    while len(started) < len(NAMES):
        ready = [name for name in NAMES if name not in started and needed[name] <= set(started)]
        assert ready, f"a circle beyond {started}"
        started.append(ready[0])
    pairs = sum(len(targets) for targets in found.values())
    assert pairs == len(NAMES) * (len(NAMES) - 1) // 2  # of each two, one resolves the other


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("nginx", "nginx"),
        ("nginx:1.27", "nginx"),
        ("docker.io/library/redis:7", "redis"),
        ("localhost:5000/team/app@sha256:" + "0" * 64, "team/app"),
        ("ghcr.io/immich-app/immich-server:release", "immich-app/immich-server"),
        ("bitnami/redis", "bitnami/redis"),
    ],
)
def test_the_repository_of_an_image(image: str, name: str) -> None:
    assert repository_name(image) == name
