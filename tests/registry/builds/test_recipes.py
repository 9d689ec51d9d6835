"""From `build:` to a task definition by digest: built for the task's platform, tagged by git,
pushed to ECR."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from docker.auth import AuthConfig

from ecscli.aws.client import Aws
from ecscli.base.findings import Findings
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.params.image_settings import ImageSettings
from ecscli.compose.project.model import Project
from ecscli.registry.builders.helpers import with_our_helpers
from ecscli.registry.builds.recipes import Workshop, platform_of, recipes
from tests.conftest import Cli
from tests.docker import make_image, remove_image

COMPOSE = """\
services:
  web:
    build:
      context: ./web
      args: {GREETING: hello}
      labels: {team: shop}
    mem_limit: 64m
  db: {image: postgres, mem_limit: 64m}
"""
DOCKERFILE = """\
FROM ecscli-test-base
ARG GREETING
COPY page /page
RUN ["/bin/busybox", "test", "-s", "/page"]
ENV GREETING=$GREETING
"""


def git(directory: Path, *words: str) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *words], cwd=directory, check=True, capture_output=True)


@pytest.fixture
def shop(sandbox: Cli) -> Cli:
    sandbox.write("compose.yml", COMPOSE)
    sandbox.write("web/Dockerfile", DOCKERFILE)
    sandbox.write("web/page", f"<h1>{sandbox.directory}</h1>")  # no other test builds that
    sandbox.environment |= {"ECS_CLUSTER": "demo", "COMPOSE_PROJECT_NAME": "shop"}
    git(sandbox.directory, "init", "-q")
    git(sandbox.directory, "add", ".")
    git(sandbox.directory, "commit", "-qm", "shop")
    return sandbox


@pytest.fixture
def engine(shop: Cli, docker_host: str) -> Iterator[str]:
    if not Path("/bin/busybox").exists():
        pytest.skip("busybox is not installed (Debian: busybox-static)")
    shop.environment |= {"DOCKER_HOST": docker_host}
    make_image(docker_host, "ecscli-test-base")
    yield docker_host
    remove_image(docker_host, "ecscli-test-base")


@pytest.mark.docker
def test_build_then_push(shop: Cli, account: Aws, engine: str) -> None:
    early = shop("compose", "push")
    assert early.code == 1
    assert "ecscli compose build" in early.err
    given = ("--output", "json", "--build-arg", "GREETING=hi")
    built = shop("compose", "build", "--builder", "engine", *given)
    assert built.code == 0, built.err
    name = built.json["web"]
    assert name.startswith("shop/web:c-")
    assert "web: Step 1/" in built.err
    pushed = shop("compose", "push", *given)
    assert pushed.code == 0, pushed.err
    registry = urlsplit(str(account.settings.sandbox_url)).netloc
    assert pushed.json["web"].startswith(f"{registry}/shop/web@sha256:")
    remove_image(engine, name)


@pytest.mark.docker
def test_one_command_builds_pushes_and_registers_by_digest(
    shop: Cli, account: Aws, engine: str
) -> None:
    account.call("ecs", "create_cluster", clusterName="demo")
    created = shop("compose", "create", "--build")
    assert created.code == 0, created.err
    definition = account.call("ecs", "describe_task_definition", taskDefinition="shop")[
        "taskDefinition"
    ]
    images = {
        container["name"]: container["image"] for container in definition["containerDefinitions"]
    }
    assert "/shop/web@sha256:" in images["web"]
    assert images["db"] == "postgres"
    (image,) = account.pages("ecr", "describe_images", "imageDetails", repositoryName="shop/web")
    done = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"],
        check=True,
        cwd=shop.directory,
        capture_output=True,
        text=True,
    )
    tags = set(image["imageTags"])
    assert done.stdout.strip() in tags, "the commit of a clean tree is a second tag"
    assert len(tags) == 2
    again = shop("compose", "create", "--build")
    assert again.code == 0, again.err
    assert (
        account.call("ecs", "describe_task_definition", taskDefinition="shop")["taskDefinition"][
            "revision"
        ]
        == 1
    )


@pytest.mark.docker
def test_a_failed_build_tells_its_last_words_and_registers_nothing(
    shop: Cli, account: Aws, engine: str
) -> None:
    shop.write(
        "web/Dockerfile", 'FROM ecscli-test-base\nRUN ["/bin/busybox", "cat", "/no-such-file"]\n'
    )
    result = shop("compose", "create", "--build")
    assert result.code == 1
    assert "the image of web cannot be built" in result.err
    assert "no-such-file" in result.err
    assert list(account.pages("ecs", "list_task_definitions", "taskDefinitionArns")) == []


HELPER = """\
#!/bin/sh
env > "$HOME/seen-$1"
if [ "$1" = list ]; then echo '{"registry.example.com": "me"}'; exit; fi
echo '{"Username": "me", "Secret": "hunter2"}'
"""


def test_credential_helpers_see_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "docker-credential-own"
    program.write_text(HELPER)
    program.chmod(0o755)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "k1")
    environment = {
        "HOME": str(tmp_path),
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "GITHUB_TOKEN": "k2",
    }
    configured = AuthConfig({"credsStore": "own", "credHelpers": {"other.example.com": "absent"}})
    logins = with_our_helpers(configured, environment).get_all_credentials()
    assert logins["registry.example.com"]["Password"] == "hunter2"
    assert "other.example.com" not in logins, (
        "a helper that is not there gives no login, and ends no build"
    )
    for verb in ("list", "get"):
        seen = (tmp_path / f"seen-{verb}").read_text()
        assert f"HOME={tmp_path}" in seen
        assert "AWS_" not in seen
        assert "TOKEN" not in seen
    monkeypatch.chdir(tmp_path)
    assert with_our_helpers(configured, environment | {"PATH": ".:"}).get_all_credentials() == {}


def test_what_is_wrong_is_found_before_docker_is_asked(shop: Cli) -> None:
    nowhere = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
    assert "no Docker engine answers" in shop("compose", "build", **nowhere).err
    unknown = shop("compose", "build", "db", **nowhere)
    assert 'no service "db" is built' in unknown.err
    (shop.directory / "web" / "Dockerfile").unlink()
    missing = shop("compose", "build", **nowhere)
    assert missing.code == 2
    assert (
        "compose.yml:3:5: web: there is no file" in missing.err or "there is no file" in missing.err
    )
    assert "there is no image" not in missing.err
    assert shop("compose", "build", "--build-arg", "x", **nowhere).code == 2


@pytest.mark.parametrize(
    "host", ["tcp://127.0.0.1:99999999", "tcp://[::1", "ssh://-oProxyCommand=x", "npipe:////x"]
)
def test_an_address_that_is_none_is_said(shop: Cli, host: str) -> None:
    result = shop("compose", "build", DOCKER_HOST=host)
    assert "no Docker engine answers" in result.err


def test_a_context_whose_name_is_too_long_is_not_there(shop: Cli) -> None:
    shop.write("compose.yml", COMPOSE.replace("./web", "x" * 5000))
    for words in (("compose", "build"), ("compose", "push"), ("compose", "create", "--build")):
        result = shop(*words, DOCKER_HOST="unix:///nowhere/docker.sock")
        assert result.code == 2
        assert "there is no directory" in result.err


def test_a_confined_build_is_refused_before_docker_is_asked(shop: Cli) -> None:
    shop.write("../outside/Dockerfile", "FROM scratch\n")
    for context, dockerfile in (("../outside", "Dockerfile"), ("web", "../../outside/Dockerfile")):
        shop.write(
            "compose.yml",
            f"services: {{web: {{build: {{context: {context}, dockerfile: {dockerfile}}}}}}}\n",
        )
        refused = shop("compose", "push", CI="true", DOCKER_HOST="unix:///nowhere/docker.sock")
        assert refused.code == 2
        assert "compose.yml:1:25: services.web.build: the file" in refused.err
        assert "lies outside of the project" in refused.err
        assert "--no-confined" in refused.err
        allowed = shop("compose", "build", DOCKER_HOST="unix:///nowhere/docker.sock")
        assert "no Docker engine" in allowed.err


def test_a_confined_build_does_not_say_whether_a_path_outside_exists(shop: Cli) -> None:
    shop.write("../outside/Dockerfile", "FROM scratch\n")
    said = []
    for context in ("../outside", "../missing"):
        shop.write("compose.yml", f"services: {{web: {{build: {context}}}}}\n")
        refused = shop("compose", "push", CI="true")
        assert "lies outside of the project" in refused.err
        said.append(refused.err.replace("missing", "outside"))
    assert said[0] == said[1]


FURTHER = {
    "context": "additional_contexts: {more: ../outside}",
    "key": "ssh: {default: PLACE/outside/key}",
    "cache that is read": "cache_from: ['type=local,src=PLACE/outside']",
    "cache that is written": "cache_to: ['type=local,\"dest=PLACE/outside\",mode=max']",
    "secret": "secrets: [key]",
}


@pytest.mark.parametrize("case", FURTHER)
def test_a_confined_build_reads_and_writes_nothing_outside(shop: Cli, case: str) -> None:
    shop.write("../outside/key", "a key")
    option = FURTHER[case].replace("PLACE", str(shop.directory.parent))
    secrets = "secrets: {key: {file: ../outside/key}}"
    build = f"{{context: web, {option}}}"
    shop.write("compose.yml", f"services: {{web: {{image: 'web:1', build: {build}}}}}\n{secrets}\n")
    refused = shop("compose", "build", CI="true", DOCKER_HOST="unix:///nowhere/docker.sock")
    assert refused.code == 2
    assert "lies outside of the project" in refused.err


def test_a_secret_s_name_is_no_further_field_of_it(shop: Cli) -> None:
    shop.write("x,src=/etc/passwd", "harmless")
    text = (
        "services: {web: {build: {context: web, secrets: [key]}}}\n"
        "secrets: {key: {file: './x,src=/etc/passwd'}}\n"
    )
    shop.write("compose.yml", text)
    refused = shop("compose", "build", DOCKER_HOST="unix:///nowhere/docker.sock")
    assert refused.code == 2
    assert "must have no comma, quote or line break" in refused.err


def test_nothing_is_built_while_anything_else_is_wrong(shop: Cli) -> None:
    nowhere = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
    for arguments in (
        ("up", "--tags", "x"),
        ("service", "up", "--tags", "x"),
        ("up", "--launch-type", "FARGATE"),
    ):
        result = shop("compose", *arguments, "--build", **nowhere)
        assert result.code == 2, result.err
        assert "no Docker engine" not in result.err


def test_a_dry_run_builds_nothing(shop: Cli, account: Aws) -> None:
    account.call("ecs", "create_cluster", clusterName="demo")
    result = shop(
        "compose", "up", "--build", "--dry-run", DOCKER_HOST="unix:///nowhere/docker.sock"
    )
    assert "no Docker engine" not in result.err
    assert "shop/web:" in result.out + result.err
    shop.write(
        "compose.yml",
        'version: "2"\n' + COMPOSE.replace("labels: {team: shop}", "").rstrip() + "\n",
    )
    old = shop("compose", "up", "--build", "--dry-run")
    assert "Skipping" not in old.err
    assert "shop/web:" in old.out + old.err


@pytest.mark.parametrize(
    ("request_", "platform"),
    [
        ({"runtimePlatform": {"cpuArchitecture": "ARM64"}}, "linux/arm64"),
        ({"runtimePlatform": {"cpuArchitecture": "X86_64"}}, "linux/amd64"),
        ({}, None),
    ],
)
def test_the_platform_is_the_task_s(request_: dict[str, object], platform: str | None) -> None:
    assert platform_of(request_) == platform


def project_of(directory: Path, text: str) -> Project:
    (directory / "Dockerfile").write_text("FROM scratch\n")
    (directory / "compose.yml").write_text(text)
    return load_project(LoadOptions(directory=str(directory), environment={}))


@pytest.mark.parametrize(
    ("project", "service", "expected"),
    [
        ("shop-", "web", "shop/web"),
        ("shop_", "web_", "shop/web"),
        ("sh__op", "a--b", "sh__op/a--b"),
        ("sh-_op", "a._b", "sh-op/a-b"),
    ],
)
def test_names_of_compose_that_repositories_cannot_have(
    tmp_path: Path, project: str, service: str, expected: str
) -> None:
    found = project_of(tmp_path, f"name: {project}\nservices: {{{service}: {{build: .}}}}\n")
    workshop = Workshop(found, ImageSettings(tag="latest"), None, lambda context: None)
    [recipe] = recipes(workshop, found.services, Findings())
    assert recipe.reference.repository == expected


def test_names_tags_and_platforms(tmp_path: Path) -> None:
    project = project_of(
        tmp_path,
        "name: shop\nservices:\n"
        "  a: {build: .}\n"
        "  b: {build: ., image: 'team/b:v1', platform: linux/arm64}\n"
        "  c: {build: ., image: 'ghcr.io/team/c'}\n"
        "  d: {build: {context: ., platforms: [linux/arm64, linux/amd64]}}\n"
        "  e: {build: .}\n",
    )
    findings = Findings()
    settings = ImageSettings(tag="latest")
    workshop = Workshop(project, settings, None, lambda context: None)
    found = {recipe.service: recipe for recipe in recipes(workshop, project.services, findings)}
    assert {name: one.name for name, one in found.items()} == {
        "a": "shop/a:latest",
        "b": "team/b:latest",
        "c": "shop/c:latest",
        "d": "shop/d:latest",
    }
    assert found["a"].services == ("a", "e"), "equal builds are one"
    assert found["b"].further == ("v1",)
    assert [one.platform for one in found.values()] == [
        "linux/amd64",
        "linux/arm64",
        "linux/amd64",
        "linux/arm64",
    ]
    assert not findings.errors
