"""Files that services mount are baked into images of the project's own: by every builder, found
again by their content, and never by `check` and `render`."""

import json
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import docker
import pytest

from ecscli.aws.client import Aws
from tests.builder import pretend_to_build
from tests.conftest import Cli
from tests.docker import make_image, remove_image
from tests.registry.builders.test_builders import (
    calls,
    host,
    images,
    put_image,
    rendered_tag,
    seen,
)

COMPOSE = """\
name: shop
services:
  web:
    image: nginx:1.27
    mem_limit: 64m
    volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro", "./site:/usr/share/nginx/html"]
  app:
    build: app
    mem_limit: 64m
    volumes: ["./app:/app", "./app.conf:/etc/app's.conf"]
"""


@pytest.fixture
def shop(sandbox: Cli, account: Aws) -> Cli:
    """A project with files to bake, and a docker command with buildx that writes down what it
    gets."""
    account.call("ecs", "create_cluster", clusterName="demo")
    write_project(sandbox)
    pretend_to_build(sandbox)
    sandbox.environment["ECS_CLUSTER"] = "demo"
    return sandbox


def write_project(cli: Cli) -> None:
    cli.write("compose.yml", COMPOSE)
    cli.write("nginx.conf", "events {}\n")
    cli.write("site/index.html", "hello\n")
    cli.write("site/run.sh", "#!/bin/sh\n").chmod(0o755)
    cli.write("app.conf", "x=1\n")
    cli.write("app/Dockerfile", "FROM scratch\nCOPY . /app\n")
    cli.write("app/main.py", "print()\n")


def test_one_bake_builds_images_and_lays_files_over_them(shop: Cli, account: Aws) -> None:
    created = shop("compose", "create")
    assert created.code == 0, created.err
    digest = f"@sha256:{'ab' * 32}"
    assert images(account) == {
        "web": f"{host(account)}/shop/web{digest}",
        "app": f"{host(account)}/shop/app{digest}",
    }
    bake, _ = seen(shop, "bake")
    targets = bake["target"]
    assert sorted(targets) == ["app", "app--files", "web--files"]
    web = targets["web--files"]
    assert web["dockerfile-inline"].splitlines() == [
        "ARG BASE",
        "FROM $${BASE}",
        'COPY ["0", "/etc/nginx/nginx.conf"]',
        'COPY ["1/", "/usr/share/nginx/html/"]',
    ]
    assert web["args"] == {"BASE": "nginx:1.27"}
    assert "contexts" not in web
    assert web["tags"][0].startswith(f"{host(account)}/shop/web:c-")
    assert not Path(web["context"]).exists(), "gone afterwards"
    app = targets["app--files"]
    assert (app["args"], app["contexts"]) == ({"BASE": "below"}, {"below": "target:app"})
    assert 'COPY ["0", "/etc/app\\\\\'s.conf"]' in app["dockerfile-inline"]
    assert app["tags"][0] != targets["app"]["tags"][0]
    (definition,) = account.pages("ecs", "list_task_definitions", "taskDefinitionArns")
    found = account.call("ecs", "describe_task_definition", taskDefinition=definition)
    assert found["taskDefinition"].get("volumes", []) == []


def test_plan_shows_what_would_be_baked_and_nothing_is_started(shop: Cli) -> None:
    planned = shop("compose", "plan")
    assert planned.code == 3, planned.err
    assert "+ create repository shop/web" in planned.out
    assert "(nginx:1.27 with 3 files)" in planned.out
    assert planned.out.count("+ build image shop/app:c-") == 2
    assert "web: nginx.conf at /etc/nginx/nginx.conf, site at" in planned.err
    nowhere = {"PATH": "/nowhere", "DOCKER_HOST": "unix:///nowhere/docker.sock"}
    assert shop("compose", "check", **nowhere).code == 0
    rendered = shop("compose", "render", **nowhere)
    assert "/shop/web:c-" in rendered.out
    assert calls(shop) == []
    shown = shop("compose", "build", "--print", "app")
    assert sorted(shown.json["target"]) == ["app", "app--files"]


def test_builds_do_not_ask_about_secrets_of_this_machine(shop: Cli) -> None:
    secrets = "    secrets: [token]\nsecrets: {token: {environment: TOKEN}}\n"
    shop.write("compose.yml", COMPOSE + secrets)
    assert "--ship-secrets" in shop("compose", "check").out
    shown = shop("compose", "build", "--print", TOKEN="value")
    assert shown.code == 0, shown.err
    listed = shop("compose", "images", TOKEN="value")
    assert listed.code == 0, listed.err


def test_what_ecr_has_is_not_baked_again(shop: Cli, account: Aws) -> None:
    text = "name: shop\nservices: {web: {image: nginx, mem_limit: 64m, volumes: ['./site:/x']}}\n"
    shop.write("compose.yml", text)
    digest = put_image(account, "shop/web", rendered_tag(shop, "web"), "one")
    created = shop("compose", "create")
    assert created.code == 0, created.err
    assert images(account) == {"web": f"{host(account)}/shop/web@{digest}"}
    assert calls(shop) == []
    listed = shop("compose", "images", "--output", "json").json
    assert [(row["service"], row["digest"]) for row in listed] == [("web", digest)]
    forced = shop("compose", "create", "--build")
    assert forced.code == 0, forced.err
    assert seen(shop, "bake")[0]["target"]["web--files"]["tags"][0].count("-") == 2, "a tag stays"


def test_files_alone_change_and_the_image_below_is_taken_from_ecr(shop: Cli, account: Aws) -> None:
    shop.write("compose.yml", COMPOSE.replace("./nginx.conf:", "./app.conf:"))
    target = json.loads(shop("compose", "build", "--print", "app").out)["target"]["app"]
    tag = target["tags"][0].rpartition(":")[2]
    digest = put_image(account, "shop/app", tag, "base")
    assert shop("compose", "create").code == 0
    app = seen(shop, "bake")[0]["target"]["app--files"]
    assert app["args"] == {"BASE": f"{host(account)}/shop/app@{digest}"}
    assert "app" not in seen(shop, "bake")[0]["target"]


def test_what_may_not_be_baked_is_refused_with_its_place(shop: Cli, account: Aws) -> None:
    refused = shop("compose", "service", "up", "--no-build")
    assert refused.code == 2
    assert "compose.yml:6:15: services.web.volumes: shop/web:c-" in refused.err
    nowhere = {"PATH": "/nowhere", "DOCKER_HOST": "unix:///nowhere/docker.sock"}
    refused = shop("compose", "service", "up", **nowhere)
    assert refused.code == 2
    assert "are not in ECR, and no Docker engine answers" in refused.err
    assert "compose.yml:8:12: shop/app:c-" in refused.err
    assert account.call("ecr", "describe_repositories")["repositories"] == []


def test_baked_images_that_were_made_elsewhere(shop: Cli, account: Aws) -> None:
    built = shop("compose", "build", "--push", "--metadata", "images.json")
    assert built.code == 0, built.err
    before = len(calls(shop))
    created = shop("compose", "create", "--images", "images.json")
    assert created.code == 0, created.err
    assert len(calls(shop)) == before
    assert images(account) == json.loads((shop.directory / "images.json").read_text())


def test_the_tag_is_that_of_image_files_paths_and_modes(shop: Cli) -> None:
    """And not of the umask, the time or the machine."""
    first = rendered_tag(shop, "web")
    os.utime(shop.directory / "nginx.conf", (1, 1))
    (shop.directory / "nginx.conf").chmod(0o600)
    assert rendered_tag(shop, "web") == first
    seen_tags = {first}
    for change in (
        lambda: shop.write("nginx.conf", "events { }\n"),
        lambda: (shop.directory / "nginx.conf").chmod(stat.S_IRWXU),
        lambda: shop.write("site/more.html", ""),
        lambda: shop.write("compose.yml", COMPOSE.replace("1.27", "1.28")),
        lambda: shop.write("compose.yml", COMPOSE.replace("/nginx/html", "/nginx/www")),
    ):
        change()
        seen_tags.add(rendered_tag(shop, "web"))
    assert len(seen_tags) == 6


def test_a_config_has_its_own_mode_and_owner(shop: Cli) -> None:
    shop.write(
        "compose.yml",
        """
name: shop
services:
  web:
    image: nginx
    mem_limit: 64m
    configs: [{source: a, target: /etc/nginx/a, mode: 0o440, uid: '101'}, {source: b, target: /b}]
configs: {a: {content: 'x'}, b: {environment: B}}
""",
    )
    target = shop("compose", "build", "--print", B="y").json["target"]["web--files"]
    assert target["dockerfile-inline"].splitlines()[2:] == [
        'COPY ["0", "/b"]',
        'COPY --chown=101:0 ["1", "/etc/nginx/a"]',
    ]
    first = shop("compose", "render", B="y").out
    assert first != shop("compose", "render", B="z").out


def test_services_with_equal_images_and_files_share_one(shop: Cli) -> None:
    service = "{image: nginx, mem_limit: 64m, volumes: ['./site:/x']}"
    text = f"name: shop\nservices: {{a: {service}, b: {service}, c: {service[:-1]}, user: '1'}}}}\n"
    shop.write("compose.yml", text)
    containers = shop("compose", "render").json["containerDefinitions"]
    assert len({one["image"] for one in containers}) == 1


def test_files_of_ecs_cli_bake_nothing(shop: Cli) -> None:
    text = "version: '3'\nservices: {web: {image: nginx, volumes: ['./site:/x']}}\n"
    shop.write("compose.yml", text)
    rendered = shop("compose", "render").json
    assert rendered["containerDefinitions"][0]["image"] == "nginx"
    assert rendered["volumes"][0]["host"]["sourcePath"].endswith("/site")


# --------------------------------------------------------------------------- real engines

REAL = """\
name: shop
services:
  web:
    image: ecscli-test-base
    mem_limit: 64m
    volumes: ["./page:/deep/new/page:ro", "./site:/srv/site"]
  app:
    build: {context: app, dockerfile_inline: "FROM ecscli-test-base\\nCOPY own /own\\nUSER 7\\n"}
    mem_limit: 64m
    volumes: ["./page:/page"]
    configs: [{source: settings, target: /etc/settings, mode: 0o440, gid: "7"}]
configs: {settings: {content: "x=1"}}
"""


@pytest.fixture
def real(sandbox: Cli, account: Aws, docker_host: str, old_docker: str) -> Iterator[Cli]:
    """A project, an engine, a registry, and a docker command with BuildKit built in."""
    if not Path("/bin/busybox").exists():
        pytest.skip("busybox is not installed (Debian: busybox-static)")
    account.call("ecs", "create_cluster", clusterName="demo")
    programs = sandbox.directory.parent / "programs"
    programs.mkdir()
    (programs / "docker").symlink_to(old_docker)
    sandbox.write("compose.yml", REAL)
    sandbox.write("page", f"hello from {sandbox.directory}")
    sandbox.write("site/run.sh", "#!/bin/sh\n").chmod(0o755)
    (sandbox.directory / "site/link").symlink_to("run.sh")
    sandbox.write("app/own", "own")
    sandbox.environment |= {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "DOCKER_HOST": docker_host,
        "ECS_CLUSTER": "demo",
    }
    make_image(docker_host, "ecscli-test-base")
    yield sandbox
    remove_image(docker_host, "ecscli-test-base")


def listing(engine: Any, image: str, path: str) -> str:
    """What `ls -ln` prints of a path in an image."""
    words = ["/bin/busybox", "ls", "-ln", path]
    return str(engine.containers.run(image, words, remove=True, network_mode="none").decode())


@pytest.mark.docker
@pytest.mark.parametrize("builder", ["buildkit", "engine"])
def test_files_are_in_the_image_with_their_modes(real: Cli, account: Aws, builder: str) -> None:
    created = real("compose", "create", "--builder", builder)
    assert created.code == 0, created.err
    named = images(account)
    with closing(docker.DockerClient(base_url=real.environment["DOCKER_HOST"])) as engine:
        page = listing(engine, named["web"], "/deep/new/page")
        assert page.startswith("-rw-r--r--    1 0        0 "), page
        site = listing(engine, named["web"], "/srv/site")
        assert "-rwxr-xr-x    1 0        0 " in site
        assert "link -> run.sh" in site
        assert "-rw-r--r--    1 0        0 " in listing(engine, named["app"], "/page")
        assert "-r--r-----    1 0        7 " in listing(engine, named["app"], "/etc/settings")
        assert listing(engine, named["app"], "/own")
        assert engine.images.get(named["app"]).attrs["Config"]["User"] == "7"
    real.write("page", "other")
    again = real("compose", "create", "--builder", builder)
    assert again.code == 0, again.err
    assert "/own" not in again.err, "the image below is taken from ECR"
    assert images(account)["app"] != named["app"]
    listed = real("compose", "images", "--output", "json").json
    assert all(row["digest"] for row in listed)
