"""`pull: true`: the digests of base images are part of the tag, so that a newer base is built."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecscli.aws.client import Aws
from tests.builder import pretend_to_build
from tests.conftest import Cli
from tests.engines import Registries, engine_with
from tests.registry.builders.test_builders import bakes, put_image, seen

PYTHON, NGINX = "python:3.12", "nginx"
DOCKERFILE = """\
ARG VERSION=3.12
FROM python:${VERSION} AS build
FROM build
COPY . /app
"""
SERVICE = "{build: {context: web, pull: true}, mem_limit: 64m}"
NOWHERE = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
NOTICE = "services.web.build.pull: the tag covers the digests of base images: python:3.12"


@pytest.fixture
def registries() -> Iterator[Registries]:
    with engine_with({PYTHON: f"sha256:{'1' * 64}", NGINX: f"sha256:{'2' * 64}"}) as found:
        yield found


@pytest.fixture
def shop(sandbox: Cli, account: Aws, registries: Registries) -> Cli:
    account.call("ecs", "create_cluster", clusterName="demo")
    pretend_to_build(sandbox)
    sandbox.write("web/Dockerfile", DOCKERFILE)
    sandbox.write("compose.yml", f"name: shop\nservices: {{web: {SERVICE}}}\n")
    sandbox.environment |= {"ECS_CLUSTER": "demo", "DOCKER_HOST": registries.address}
    return sandbox


def planned_tags(shop: Cli) -> list[str]:
    lines = shop("compose", "plan").out.splitlines()
    return [line.split(":")[1].split()[0] for line in lines if "+ build image" in line]


def test_a_newer_base_is_another_tag(shop: Cli, account: Aws, registries: Registries) -> None:
    (first,) = planned_tags(shop)
    assert first.startswith("c-")
    assert "<" not in first
    assert planned_tags(shop) == [first]
    put_image(account, "shop/web", first, "one")
    created = shop("compose", "create")
    assert created.code == 0, created.err
    assert NOTICE in created.err
    assert bakes(shop) == [], "ECR has it"
    registries.digests[PYTHON] = f"sha256:{'3' * 64}"
    (second,) = planned_tags(shop)
    assert second != first
    assert shop("compose", "create").code == 0
    web = seen(shop, "bake")[0]["target"]["web"]
    assert web["tags"][0].endswith(f"/shop/web:{second}")
    assert web["pull"]
    shop.write("web/page", "hello")
    assert planned_tags(shop) not in ([first], [second]), "files count too"


def test_render_and_check_ask_nobody(shop: Cli, registries: Registries) -> None:
    rendered = shop("compose", "render", **NOWHERE)
    assert rendered.code == 0, rendered.err
    assert "/shop/web:c-<bases>" in rendered.out
    assert NOTICE in rendered.err
    assert shop("compose", "check", **NOWHERE).code == 0
    assert shop("compose", "build", "--print").code == 0
    assert registries.logins == []


@pytest.mark.parametrize("dockerfile", [f"FROM x@sha256:{'4' * 64}\n", "FROM scratch\n"])
def test_pinned_bases_need_no_look_up(shop: Cli, registries: Registries, dockerfile: str) -> None:
    shop.write("web/Dockerfile", dockerfile)
    rendered = shop("compose", "render", **NOWHERE)
    assert "<bases>" not in rendered.out
    assert "base images" not in rendered.err
    assert shop("compose", "create").code == 0
    assert registries.logins == []


def test_without_an_engine_a_plan_warns_and_the_rest_is_refused(shop: Cli, account: Aws) -> None:
    planned = shop("compose", "plan", **NOWHERE)
    assert planned.code == 3, planned.err
    unread = "the digest of python:3.12 could not be looked up: no Docker engine answers"
    assert f"warning: {unread}" in planned.err
    assert "+ build image shop/web:c-<bases>" in planned.out
    for words in ("create", "service up", "build", "build --push", "push"):
        refused = shop("compose", *words.split(), **NOWHERE)
        assert refused.code == 2, refused.err
        assert f"error: {unread}" in refused.err
        assert "--images FILE" in refused.err
    assert account.call("ecr", "describe_repositories")["repositories"] == []


def test_a_base_that_no_registry_has_is_named(shop: Cli, registries: Registries) -> None:
    del registries.digests[PYTHON]
    refused = shop("compose", "create")
    assert refused.code == 2
    assert "the digest of python:3.12 could not be looked up: Docker: " in refused.err
    listed = shop("compose", "images", "--output", "json")
    assert listed.code == 0, listed.err
    assert listed.json[0]["image"] == "shop/web:c-<bases>"


def test_baked_files_lie_over_the_tag_with_the_digests(
    shop: Cli, account: Aws, registries: Registries
) -> None:
    shop.write("page", "hello")
    service = SERVICE.replace("}, mem", "}, volumes: ['./page:/etc/page'], mem")
    shop.write("compose.yml", f"name: shop\nservices: {{web: {service}}}\n")
    before = planned_tags(shop)
    assert len(set(before)) == 2
    assert shop("compose", "create").code == 0
    targets = seen(shop, "bake")[0]["target"]
    names = [targets[name]["tags"][0] for name in ("web", "web--files")]
    assert [name.rpartition(":")[2] for name in names] == before
    registries.digests[PYTHON] = f"sha256:{'3' * 64}"
    assert not set(before) & set(planned_tags(shop))


def test_an_image_that_copies_from_others(shop: Cli, registries: Registries) -> None:
    text = "FROM python:3.12\nFROM scratch AS live\nCOPY --from=nginx /x /x\nRUN --mount=from=0 x\n"
    shop.write("web/Dockerfile", text)
    assert "base images: nginx, python:3.12" in shop("compose", "render").err
    shop.write("web/Dockerfile", text.replace("RUN --mount=from=0 x\n", ""))
    assert "base images: nginx\n" in shop("compose", "render").err


def test_a_name_that_the_builder_alone_knows_is_a_warning(shop: Cli) -> None:
    shop.write("web/Dockerfile", "FROM python:$BUILDARCH\n")
    created = shop("compose", "create")
    assert created.code == 0, created.err
    assert (
        "services.web.build.pull: newer base images are not noticed: the builder alone knows"
        " python:$BUILDARCH" in created.err
    )


def test_a_login_of_the_docker_configuration(shop: Cli, registries: Registries) -> None:
    shop.write("web/Dockerfile", "FROM registry.example.com/base:1\n")
    registries.digests["registry.example.com/base:1"] = f"sha256:{'5' * 64}"
    config = {"auths": {"registry.example.com": {"auth": "bWU6aHVudGVyMg=="}}}
    home = Path(shop.environment["HOME"])
    (home / ".docker").mkdir()
    (home / ".docker" / "config.json").write_text(json.dumps(config))
    planned = shop("compose", "plan")
    assert planned.code == 3, planned.err
    (login,) = registries.logins
    assert (login["username"], login["password"]) == ("me", "hunter2")
    assert "hunter2" not in planned.out + planned.err
