"""What the container for names writes, run by a shell; and who does it where files are written
too."""

import subprocess
from pathlib import Path

import pytest

from ecscli.base.documents import Draft
from ecscli.compose.task.naming import NAME, RESOLVER, add_search, connect, search_line
from ecscli.compose.task.naming import Naming as Wanted


@pytest.mark.parametrize(
    ("before", "searched"),
    [
        ("search eu-west-1.compute.internal\nnameserver 10.0.0.2\n", "eu-west-1.compute.internal"),
        ("nameserver 10.0.0.2", ""),
        ("search a.example\nsearch\tb.example c.example\n", "b.example c.example"),
    ],
)
def test_the_domain_comes_before_those_that_are_searched(
    tmp_path: Path, before: str, searched: str
) -> None:
    resolver = tmp_path / "resolv.conf"
    resolver.write_text(before)
    script = search_line("shop.demo.internal").replace(RESOLVER, str(resolver))
    subprocess.run(["sh", "-c", script], check=True)
    written = resolver.read_text()
    assert written.startswith(before)
    assert written.splitlines()[-1].split() == ["search", "shop.demo.internal", *searched.split()]


def containers(*names: str) -> Draft:
    return {"containerDefinitions": [{"name": name, "image": "a"} for name in names]}


def test_each_container_waits_for_the_names() -> None:
    request = containers("web", "agent")
    add_search(request, "shop.demo.internal", "busybox", on_fargate=False)
    *own, writer = request["containerDefinitions"]
    waits = [{"containerName": NAME, "condition": "SUCCESS"}]
    assert [one["dependsOn"] for one in own] == [waits, waits]
    assert (writer["name"], writer["essential"], writer["memory"]) == (NAME, False, 16)


def test_who_writes_files_writes_names_too() -> None:
    request = containers("web", "compose-files")
    web, files = request["containerDefinitions"]
    files["command"] = ["sh", "-c", "set -e\nprintf a > /a"]
    add_search(request, "shop.demo.internal", "busybox", on_fargate=True)
    assert len(request["containerDefinitions"]) == 2
    assert web["dependsOn"] == [{"containerName": "compose-files", "condition": "SUCCESS"}]
    assert files["command"][-1].splitlines()[2] == search_line("shop.demo.internal")


def test_ports_are_offered_once_under_names_that_service_connect_takes() -> None:
    mappings = [
        {"containerPort": 80, "hostPort": 8080, "protocol": "tcp"},
        {"containerPort": 80, "hostPort": 8081, "protocol": "tcp"},
        {"containerPort": 53, "protocol": "udp"},
        {"containerPort": 9000, "protocol": "tcp", "name": "metrics"},
    ]
    container: Draft = {"name": "My-Web", "portMappings": mappings}
    found = connect(
        {"containerDefinitions": [container]},
        Wanted(namespace="shop.demo", offered={"My-Web": "My.Web"}),
    )
    assert found["services"] == [
        {
            "portName": "my-web-80",
            "discoveryName": "my-web",
            "clientAliases": [{"port": 80, "dnsName": "my.web"}],
        },
        {
            "portName": "metrics",
            "discoveryName": "metrics",
            "clientAliases": [{"port": 9000, "dnsName": "my.web"}],
        },
    ]
    assert [mapping.get("name") for mapping in mappings] == ["my-web-80", None, None, "metrics"]


def test_who_offers_nothing_is_a_client() -> None:
    assert connect(containers("web"), Wanted(namespace="shop.demo")) == {
        "enabled": True,
        "namespace": "shop.demo",
    }
