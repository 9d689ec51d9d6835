"""Builds and bakes that cannot be: one message with its place, and nothing is made."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ecscli.aws.client import Aws
from ecscli.registry.contexts.tree import MOST_BYTES
from tests.builder import pretend_to_build
from tests.conftest import Cli

NOWHERE = {"PATH": "/nowhere", "DOCKER_HOST": "unix:///nowhere/docker.sock"}
ELSEWHERE = "999999999999.dkr.ecr.us-east-1.amazonaws.com"
BUILT = "build: web"
BOUND = "image: nginx, volumes: ['./nginx.conf:/etc/nginx/nginx.conf']"


@pytest.fixture
def shop(sandbox: Cli, account: Aws) -> Cli:
    account.call("ecs", "create_cluster", clusterName="demo")
    pretend_to_build(sandbox)
    sandbox.write("web/Dockerfile", "FROM scratch\nCOPY . /\n")
    sandbox.environment["ECS_CLUSTER"] = "demo"
    return sandbox


def write_service(shop: Cli, keys: str) -> None:
    text = f"name: shop\nservices:\n  web: {{mem_limit: 64m, {keys}}}\n"
    shop.write("compose.yml", text)


def nothing_is_made(account: Aws) -> bool:
    repositories = account.call("ecr", "describe_repositories")["repositories"]
    return not repositories and not list(
        account.pages("ecs", "list_task_definitions", "taskDefinitionArns")
    )


def fill(directory: Path) -> None:
    """Files that are larger than a context may be, without room on this disk."""
    (directory / "disks").mkdir()
    with (directory / "disks/one.img").open("wb") as file:
        file.truncate(MOST_BYTES + 1)


def large_file(directory: Path) -> None:
    (directory.parent / "nginx.conf").write_bytes(b"#" * 2_000_000)


def nothing(directory: Path) -> None:
    pass


def conf(directory: Path) -> None:
    (directory.parent / "nginx.conf").write_text("events {}")


@pytest.mark.parametrize(
    ("keys", "prepare", "words", "message", "hint"),
    [
        (
            "build: missing",
            nothing,
            "",
            "compose.yml:3:32: services.web.build: there is no directory",
            "",
        ),
        (
            "build: {context: web, dockerfile: Other}",
            nothing,
            "",
            "compose.yml:3:32: services.web.build: there is no file",
            "",
        ),
        (BUILT, fill, "", "the context has 2048 MiB in 2 files", "the largest: disks (2048 MiB)"),
        (BUILT, nothing, "--builder buildkit", "--builder: BuildKit without buildx", "20.10"),
        (
            f"build: web, image: {ELSEWHERE}/x/web",
            nothing,
            "--build",
            "the repository x/web of account 999999999999 does not exist",
            "",
        ),
        (
            BOUND,
            nothing,
            "",
            "compose.yml:3:49: services.web.volumes: nginx.conf does not exist: Docker would mount",
            "write the file",
        ),
        (BOUND, large_file, "", "nginx.conf has 1.9 MiB, and 1 MiB is the most", "with COPY"),
        (BOUND, conf, "--no-build", "services.web.volumes: shop/web:c-", "compose build --push"),
    ],
)
def test_one_message_and_nothing_is_made(
    shop: Cli,
    account: Aws,
    keys: str,
    prepare: Callable[[Path], None],
    words: str,
    message: str,
    hint: str,
) -> None:
    write_service(shop, keys)
    prepare(shop.directory / "web")
    for command in ("compose create", "compose service up", "compose run"):
        refused = shop(*command.split(), *words.split())
        assert refused.code == 2, refused.err
        assert refused.err.count("error: ") == 1, refused.err
        assert message in refused.err
        assert hint in refused.err
        assert nothing_is_made(account)


@pytest.mark.parametrize("keys", [BUILT, BOUND])
def test_without_an_engine(shop: Cli, account: Aws, keys: str) -> None:
    write_service(shop, keys)
    (shop.directory / "nginx.conf").write_text("events {}")
    refused = shop("compose", "service", "up", **NOWHERE)
    assert refused.code == 2
    assert refused.err.count("error: ") == 1
    assert "compose.yml:3:" in refused.err
    assert "is not in ECR, and no Docker engine answers" in refused.err
    assert nothing_is_made(account)


def test_a_push_that_is_interrupted_is_repeated(shop: Cli, account: Aws) -> None:
    write_service(shop, BUILT)
    broken = Path(shop.environment["HOME"], "broken-push")
    broken.write_text(
        "#9 pushing layers\nERROR: failed to solve: failed to push 1.dkr.ecr/shop/web:c-1: failed"
        " to do request: Put https://1.dkr.ecr/v2/: read: connection reset by peer\n"
    )
    failed = shop("compose", "create")
    assert failed.code == 1
    assert "error: the image of web cannot be pushed: failed to push 1.dkr.ecr" in failed.err
    assert "connection reset by peer" in failed.err
    assert "run the command again" in failed.err
    assert not list(account.pages("ecs", "list_task_definitions", "taskDefinitionArns"))
    broken.unlink()
    again = shop("compose", "create")
    assert again.code == 0, "what was half made is completed"
    assert "Repository created" not in again.err
