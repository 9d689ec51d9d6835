"""The three builders: buildx by a stand-in that writes down what it gets, BuildKit and the engine
for real."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ecscli.aws.client import Aws
from ecscli.registry.stock import MANIFESTS
from ecscli.up.model import BuiltImage
from ecscli.up.service.names import Names
from ecscli.workflows.images.shield import shield
from tests.builder import pretend_to_build
from tests.conftest import Cli
from tests.docker import make_image, remove_image

COMPOSE = """\
name: shop
services:
  web:
    build:
      context: ./web
      args: {GREETING: "hi ${NAME:-you}$${x}"}
      secrets: [token, {source: file, target: pem}]
      additional_contexts: {lib: "service:lib"}
      platforms: [linux/amd64, linux/arm64]
      cache_to: ["type=local,dest=./cache,mode=max"]
      ssh: [default]
    mem_limit: 64m
  a-worker: {build: ./web, mem_limit: 64m}
  b-worker: {build: ./web, mem_limit: 64m}
  lib: {build: {context: ./lib, dockerfile_inline: "FROM scratch\\nCOPY . /${HOME}\\n"}, mem_limit: 64m}
  db: {image: postgres, mem_limit: 64m}
secrets: {token: {environment: TOKEN}, file: {file: ./key.pem}}
"""


@pytest.fixture
def shop(sandbox: Cli, account: Aws) -> Cli:
    """A project in a sandbox whose registry is not there, and a docker command with buildx."""
    account.call("ecs", "create_cluster", clusterName="demo")
    sandbox.write("compose.yml", COMPOSE.replace("${HOME}", "$${HOME}"))
    for name in ("web/Dockerfile", "web/page", "lib/x", "key.pem"):
        sandbox.write(name, "FROM scratch\nCOPY page /\n")
    pretend_to_build(sandbox)
    sandbox.environment |= {
        "ECS_CLUSTER": "demo",
        "TOKEN": "hunter2-secret",
        "AWS_SESSION_TOKEN": "hunter3-key",
    }
    return sandbox


def seen(shop: Cli, name: str) -> Any:
    return json.loads((Path(shop.environment["HOME"]) / "seen" / name).read_text())


def calls(shop: Cli) -> list[list[str]]:
    path = Path(shop.environment["HOME"]) / "seen" / "calls"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def bakes(shop: Cli) -> list[list[str]]:
    return [words for words in calls(shop) if words[1] == "bake"]


def host(account: Aws) -> str:
    """The sandbox's own registry."""
    return urlsplit(str(account.settings.sandbox_url)).netloc


def images(account: Aws) -> dict[str, str]:
    found = account.call("ecs", "describe_task_definition", taskDefinition="shop")
    containers = found["taskDefinition"]["containerDefinitions"]
    return {container["name"]: container["image"] for container in containers}


def test_one_bake_builds_all_that_ecr_does_not_have_and_one_pushes(shop: Cli, account: Aws) -> None:
    created = shop("compose", "create")
    assert created.code == 0, created.err
    assert created.err.count("web: [2/2] RUN make") == 1
    digest = f"@sha256:{'ab' * 32}"
    registry = host(account)
    assert images(account) == {
        "web": f"{registry}/shop/web{digest}",
        "a-worker": f"{registry}/shop/a-worker{digest}",
        "b-worker": f"{registry}/shop/a-worker{digest}",
        "lib": f"{registry}/shop/lib{digest}",
        "db": "postgres",
    }
    first, then = bakes(shop)
    assert first[-3:] == ["--set", "*.output=type=cacheonly", "--allow=ssh"]
    assert then[-2:] == ["--push", "--allow=ssh"]
    bake, secrets = seen(shop, "bake")
    assert sorted(bake["target"]) == ["a-worker", "lib", "web"], "equal builds are one"
    web = bake["target"]["web"]
    assert web["args"] == {"GREETING": "hi you$${x}"}, "bake reads ${ as a template"
    assert web["contexts"] == {"lib": "target:lib"}
    assert web["platforms"] == ["linux/amd64", "linux/arm64"]
    assert web["cache-to"] == [f"type=local,dest={shop.directory}/./cache,mode=max"]
    assert web["ssh"] == ["default"]
    assert web["tags"][0].startswith(f"{registry}/shop/web:c-")
    assert bake["target"]["lib"]["dockerfile-inline"].endswith("COPY . /$${HOME}\n")
    assert [one.partition(",")[0] for one in web["secret"]] == ["id=token", "id=pem"]
    assert secrets[0] == "hunter2-secret"


def test_docker_gets_the_login_privately_and_no_key(shop: Cli, account: Aws) -> None:
    registry = host(account)
    home = Path(shop.environment["HOME"])
    (home / ".docker").mkdir()
    (home / ".docker" / "config.json").write_text('{"credsStore": "own", "auths": {"x": {}}}')
    created = shop("compose", "create")
    assert created.code == 0, created.err
    config, environment = seen(shop, "config"), seen(shop, "environment")
    assert config["credHelpers"] == {registry: ""}, "or the store is asked"
    assert set(config["auths"]) == {"x", registry}
    assert not Path(environment["DOCKER_CONFIG"]).exists(), "gone afterwards"
    assert environment["BUILDX_CONFIG"] == str(home / ".docker" / "buildx")
    assert registry not in (home / ".docker" / "config.json").read_text()
    everything = json.dumps([calls(shop), environment, created.out, created.err])
    assert "hunter" not in everything
    assert config["auths"][registry]["auth"] not in everything
    assert not [name for name in environment if name.startswith("AWS_")]


def test_a_first_bake_exports_no_cache_and_a_second_one_builds_nothing(shop: Cli) -> None:
    keys = "no_cache: true, pull: true, cache_to: ['type=registry,ref=x/web:cache']"
    service = f"{{build: {{context: web, {keys}}}, mem_limit: 64m}}"
    shop.write("compose.yml", f"name: shop\nservices: {{web: {service}}}\n")
    created = shop("compose", "create")
    assert created.code == 0, created.err
    built, pushed = (seen(shop, name)[0]["target"]["web"] for name in ("build", "push"))
    assert {key: built[key] for key in built if key not in pushed} == {"no-cache": True}
    assert {key: pushed[key] for key in pushed if key not in built} == {
        "cache-to": ["type=registry,ref=x/web:cache"]
    }
    assert built["pull"]
    assert pushed["pull"], "or an older base on this machine would count"


def test_a_failed_build_names_the_line_and_makes_nothing(shop: Cli, account: Aws) -> None:
    text = (
        "#7 [web 2/2] RUN make\n#7 0.2 no rule\n------\n > [web 2/2] RUN make:\n0.2 no rule\n"
        "------\nDockerfile:2\n--------------------\n   2 | >>> RUN make\n"
        'ERROR: failed to solve: process "/bin/sh -c make" did not complete: exit code: 2\n'
    )
    Path(shop.environment["HOME"], "broken").write_text(text)
    failed = shop("compose", "create")
    assert failed.code == 1
    assert (
        'web/Dockerfile:2: the image of web cannot be built: process "/bin/sh -c make"'
        in failed.err
    )
    assert "no rule" in failed.err
    assert list(account.pages("ecs", "list_task_definitions", "taskDefinitionArns")) == []
    assert account.call("ecr", "describe_repositories")["repositories"] == []
    Path(shop.environment["HOME"], "broken").unlink()
    again = shop("compose", "create")
    assert again.code == 0, again.err
    built, made = again.err.index("Image built"), again.err.index("Repository created")
    assert built < made < again.err.index("Image pushed")


def test_plan_lists_what_would_be_built_and_starts_nothing(shop: Cli) -> None:
    planned = shop("compose", "plan")
    assert planned.code == 3, planned.err
    assert planned.out.count("+ build image shop/") == 3
    assert planned.out.rindex("+ build image") < planned.out.index("+ create repository shop/web")
    assert calls(shop) == []
    assert shop("compose", "check").code == 0, "and check neither"
    rendered = shop("compose", "render")
    assert "<account>.dkr.ecr." in rendered.out
    assert rendered.out == shop("compose", "render").out
    assert calls(shop) == []


def put_image(account: Aws, repository: str, tag: str, name: str) -> str:
    """An image in ECR, as a push of somebody else leaves it; its digest."""
    manifest = json.dumps({"schemaVersion": 2, "config": {"digest": name}, "layers": []})
    account.call("ecr", "create_repository", repositoryName=repository)
    image = {"imageManifest": manifest, "imageManifestMediaType": MANIFESTS[0]}
    answer = account.call("ecr", "put_image", repositoryName=repository, imageTag=tag, **image)
    return str(answer["image"]["imageId"]["imageDigest"])


def rendered_tag(shop: Cli, service: str) -> str:
    containers = shop("compose", "render").json["containerDefinitions"]
    return next(one["image"] for one in containers if one["name"] == service).rpartition(":")[2]


def test_an_image_that_ecr_has_is_not_built(shop: Cli, account: Aws) -> None:
    shop.write("compose.yml", "name: shop\nservices: {web: {build: web, mem_limit: 64m}}\n")
    digest = put_image(account, "shop/web", rendered_tag(shop, "web"), "one")
    created = shop("compose", "create")
    assert created.code == 0, created.err
    assert images(account)["web"] == f"{host(account)}/shop/web@{digest}"
    assert calls(shop) == []
    assert shop("compose", "plan").out.count("build image") == 0
    assert shop("compose", "build", "--push", "--output", "json").json["web"].endswith(digest)
    assert bakes(shop) == []


def test_the_images_of_the_services_are_listed(shop: Cli, account: Aws) -> None:
    service = "{build: web, mem_limit: 64m}"
    text = f"name: shop\nservices: {{web: {service}, db: {{image: postgres, mem_limit: 64m}}}}\n"
    shop.write("compose.yml", text)
    before = shop("compose", "images", "--output", "json").json
    assert [(row["service"], row["digest"]) for row in before] == [("web", None), ("db", None)]
    digest = put_image(account, "shop/web", rendered_tag(shop, "web"), "one")
    names = Names("shop", "demo")
    assert list(shield(account, names, (BuiltImage("shop/web", digest),))) == []
    after = shop("compose", "images")
    assert after.code == 0, after.err
    assert digest in after.out
    assert "demo-shop" in after.out
    assert "postgres" in after.out
    assert calls(shop) == []


def test_jobs_with_images_do_not_mention_the_task(shop: Cli) -> None:
    service = "{build: web, mem_limit: 64m, secrets: [password]}"
    shop.write(
        "compose.yml",
        f"name: shop\nservices: {{web: {service}}}\nsecrets: {{password: {{external: true}}}}\n",
    )
    assert "needs an execution role" in shop("compose", "check").out
    for words in (("images",), ("build",), ("build", "--print"), ("build", "--push")):
        done = shop("compose", *words)
        assert done.code == 0, done.err
        assert "execution role" not in done.err
        assert "arrives as" not in done.err


def test_a_tag_is_never_moved(shop: Cli, account: Aws) -> None:
    shop.write("compose.yml", "name: shop\nservices: {web: {build: web, mem_limit: 64m}}\n")
    tag = rendered_tag(shop, "web")
    put_image(account, "shop/web", tag, "one")
    assert shop("compose", "create", "--build").code == 0
    (name,) = seen(shop, "bake")[0]["target"]["web"]["tags"]
    assert name.startswith(f"{host(account)}/shop/web:{tag}-")
    assert len(name.rpartition("-")[2]) == 6


def test_what_may_not_be_built_is_refused_before_anything_is_made(shop: Cli, account: Aws) -> None:
    refused = shop("compose", "service", "up", "--no-build")
    assert refused.code == 2
    assert refused.err.count("is not in ECR") == 3
    assert "`ecscli compose build --push`" in refused.err
    assert calls(shop) == []
    assert account.call("ecr", "describe_repositories")["repositories"] == []
    shop.write("ecs-params.yml", "images: {build: never}\n")
    assert "is not in ECR" in shop("compose", "create").err
    assert shop("compose", "create", "--build").code == 0, "the flag is over the file"


def test_images_that_were_built_elsewhere(shop: Cli, account: Aws) -> None:
    built = shop("compose", "build", "--push", "--metadata", "images.json")
    assert built.code == 0, built.err
    before = len(calls(shop))
    created = shop("compose", "create", "--images", "images.json")
    assert created.code == 0, created.err
    assert images(account)["web"].startswith(f"{host(account)}/shop/web@sha256:")
    assert len(calls(shop)) == before
    rendered = shop("compose", "render", "--images", "images.json")
    assert images(account)["lib"] in rendered.out
    for text, message in (("{", "not JSON"), ("[]", "not a mapping"), ('{"x": "y"}', '"x"')):
        shop.write("bad.json", text)
        refused = shop("compose", "create", "--images", "bad.json")
        assert refused.code == 2
        assert message in refused.err
    assert shop("compose", "create", "--images", "none.json").code == 2


def test_the_file_for_buildx_is_printed_and_nothing_built(shop: Cli) -> None:
    shown = shop("compose", "build", "--print", "web")
    assert shown.code == 0, shown.err
    assert list(shown.json["target"]) == ["web"]
    assert "hunter" not in shown.out
    assert calls(shop) == []


def test_a_repository_is_made_with_what_the_settings_say(shop: Cli, account: Aws) -> None:
    shop.write("ecs-params.yml", "images: {keep: 3, scan: true, repository: 'x/{service}'}\n")
    assert shop("compose", "create").code == 0
    found = account.call("ecr", "describe_repositories", repositoryNames=["x/web"])
    (repository,) = found["repositories"]
    assert repository["imageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
    assert repository["imageScanningConfiguration"] == {"scanOnPush": True}
    policy = account.call("ecr", "get_lifecycle_policy", repositoryName="x/web")
    rules = json.loads(policy["lifecyclePolicyText"])["rules"]
    assert [rule["selection"]["countNumber"] for rule in rules] == [1000, 7, 3]
    tags = account.call("ecr", "list_tags_for_resource", resourceArn=repository["repositoryArn"])
    assert {tag["Key"]: tag["Value"] for tag in tags["tags"]} == {
        "ecscli:project": "shop",
        "ecscli:service": "web",
    }


def test_without_an_engine_nothing_is_made(shop: Cli, account: Aws) -> None:
    nowhere = {"PATH": "/nowhere", "DOCKER_HOST": "unix:///nowhere/docker.sock"}
    for words in (("create",), ("service", "up"), ("build", "--push")):
        refused = shop("compose", *words, **nowhere)
        assert refused.code == 2
        assert "are not in ECR, and no Docker engine answers" in refused.err
        assert "--images FILE" in refused.err
    assert account.call("ecr", "describe_repositories")["repositories"] == []
    for builder in ("buildx", "buildkit"):
        refused = shop("compose", "create", "--builder", builder, **nowhere)
        assert refused.code == 2
        assert f"--builder: {'docker buildx does' if builder == 'buildx' else 'BuildKit'}" in (
            refused.err
        )


def test_a_repository_of_another_account_is_not_made(shop: Cli, account: Aws) -> None:
    registry = "999999999999.dkr.ecr.us-east-1.amazonaws.com"
    service = f"{{build: web, image: {registry}/x/web, mem_limit: 64m}}"
    shop.write("compose.yml", f"name: shop\nservices: {{web: {service}}}\n")
    refused = shop("compose", "create", "--build")
    assert refused.code == 2
    assert "x/web of account 999999999999 does not exist" in refused.err
    assert bakes(shop) == []
    noticed = shop("compose", "render")
    assert f"{registry}/x/web is used as it is" in noticed.err


def test_a_file_that_ecs_cli_read_builds_when_asked_alone(shop: Cli, account: Aws) -> None:
    text = "version: '2'\nservices: {web: {build: web, mem_limit: 64m}}\n"
    shop.write("compose.yml", text)
    refused = shop("compose", "-p", "shop", "create")
    assert refused.code == 2
    assert "services.web.image: there is no image" in refused.err
    assert calls(shop) == []
    assert shop("compose", "-p", "shop", "create", ECSCLI_BUILD="1").code == 0
    assert len(bakes(shop)) == 2, "one builds, one pushes"


def test_what_is_deployed_is_kept_from_the_lifecycle_policy(shop: Cli, account: Aws) -> None:
    digest = put_image(account, "shop/web", "c-0123456789ab", "one")
    names = Names("shop", "arn:aws:ecs:us-east-1:123456789012:cluster/demo")
    image = BuiltImage("shop/web", digest)
    assert list(shield(account, names, (image,))) == []
    assert list(shield(account, names, (image,))) == [], "again changes nothing"
    (found,) = account.pages("ecr", "describe_images", "imageDetails", repositoryName="shop/web")
    assert sorted(found["imageTags"]) == ["c-0123456789ab", "live-demo-shop"]


# --------------------------------------------------------------------------- real engines


@pytest.fixture
def real(sandbox: Cli, account: Aws, docker_host: str, old_docker: str) -> Iterator[Cli]:
    """A project, an engine, a registry, and a docker command with BuildKit built in."""
    if not Path("/bin/busybox").exists():
        pytest.skip("busybox is not installed (Debian: busybox-static)")
    account.call("ecs", "create_cluster", clusterName="demo")
    programs = sandbox.directory.parent / "programs"
    programs.mkdir()
    (programs / "docker").symlink_to(old_docker)
    sandbox.write("web/Dockerfile", KEYS)
    sandbox.write("web/page", f"hello from {sandbox.directory}")  # no other test builds that
    sandbox.write("compose.yml", PROJECT)
    sandbox.environment |= {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "DOCKER_HOST": docker_host,
        "ECS_CLUSTER": "demo",
        "TOKEN": "hunter2-secret",
    }
    make_image(docker_host, "ecscli-test-base")
    yield sandbox
    remove_image(docker_host, "ecscli-test-base")


KEYS = """\
FROM ecscli-test-base AS base
ARG GREETING
COPY page /page
RUN --mount=type=secret,id=token ["/bin/busybox", "test", "-s", "/run/secrets/token"]
RUN ["/bin/busybox", "test", "-s", "/page"]
FROM base AS live
LABEL greeting=$GREETING
FROM base AS unused
RUN ["/bin/busybox", "false"]
"""
PROJECT = """\
name: shop
services:
  web:
    build: {context: web, target: live, args: {GREETING: hi}, labels: {team: shop}, secrets: [token]}
    mem_limit: 64m
  job:
    build: {context: web, target: base, secrets: [token]}
    mem_limit: 64m
secrets: {token: {environment: TOKEN}}
"""


@pytest.mark.docker
def test_buildkit_builds_pushes_and_finds_again(real: Cli, account: Aws) -> None:
    created = real("compose", "create")
    assert created.code == 0, created.err
    assert "web: [base 4/4] RUN" in created.err
    first = images(account)
    assert "/shop/web@sha256:" in first["web"]
    again = real("compose", "create")
    assert again.code == 0, again.err
    assert "Pushing" not in again.err
    assert "RUN" not in again.err
    assert images(account) == first
    real.write("web/page", "other")
    assert "+ build image shop/web:c-" in real("compose", "create", "--dry-run").out
    assert real("compose", "create").code == 0
    assert images(account)["web"] != first["web"]
    assert "hunter2" not in created.err + created.out


@pytest.mark.docker
def test_a_failed_buildkit_build_names_the_line(real: Cli, account: Aws) -> None:
    real.write("web/Dockerfile", KEYS.replace('"-s", "/page"', '"-s", "/nothing"'))
    failed = real("compose", "create")
    assert failed.code == 1
    assert "web/Dockerfile:5: the image of" in failed.err
    real.write("web/Dockerfile", "FROM ecscli-test-base\nRUNN x\n")
    assert "web/Dockerfile:2: the image of" in real("compose", "create").err
    assert account.call("ecr", "describe_repositories")["repositories"] == []
    assert list(account.pages("ecs", "list_task_definitions", "taskDefinitionArns")) == []


@pytest.mark.docker
def test_what_the_engine_cannot_do_is_refused_in_one_message(real: Cli) -> None:
    refused = real("compose", "create", "--builder", "engine")
    assert refused.code == 2
    assert "services.web.build.secrets needs buildx or buildkit" in refused.err


@pytest.mark.docker
def test_outside_of_a_git_checkout_and_with_forced_builds(real: Cli, account: Aws) -> None:
    assert shutil.which("git") is None or not (real.directory / ".git").exists()
    assert real("compose", "create").code == 0
    forced = real("compose", "create", "--build")
    assert forced.code == 0, forced.err
    tags = {
        tag
        for image in account.pages(
            "ecr", "describe_images", "imageDetails", repositoryName="shop/web"
        )
        for tag in image["imageTags"]
    }
    assert len(tags) == 1, "the same image again is not pushed again"


@pytest.mark.docker
def test_a_newer_base_in_a_registry_is_built_upon(
    real: Cli, account: Aws, docker_host: str
) -> None:
    base = f"{host(account)}/ecscli-test-base:latest"
    token = account.call("ecr", "get_authorization_token")["authorizationData"][0]
    logins = {"auths": {host(account): {"auth": token["authorizationToken"]}}}
    config = Path(real.environment["HOME"], ".docker", "config.json")
    config.parent.mkdir()
    config.write_text(json.dumps(logins))
    assert real("push", "ecscli-test-base").code == 0
    real.write("web/Dockerfile", f"FROM {base}\nCOPY page /page\n")
    service = "{build: {context: web, pull: true}, mem_limit: 64m}"
    real.write("compose.yml", f"name: shop\nservices: {{web: {service}}}\n")
    created = real("compose", "create")
    assert created.code == 0, created.err
    first = images(account)
    assert "+ build image" not in real("compose", "plan").out
    make_image(docker_host, "ecscli-test-base", files={"hello": b"newer\n"})
    assert real("push", "ecscli-test-base").code == 0
    assert "+ build image shop/web:c-" in real("compose", "plan").out
    again = real("compose", "create")
    assert again.code == 0, again.err
    assert images(account) != first
    remove_image(docker_host, base)
