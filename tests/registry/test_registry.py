"""Images: their names, lists of ECR, and pushing to and pulling from a registry that asks for ECR's
token."""

import json
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecscli.aws.client import Aws
from ecscli.aws.image_reference import Reference, parse_reference
from ecscli.base.errors import InputError
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.registry.connection import refused
from ecscli.registry.login import registry_host
from ecscli.registry.words import age, size
from tests.conftest import Cli
from tests.docker import make_image, remove_image

DIGEST = "sha256:" + "a" * 64
IMAGE = "application/vnd.docker.distribution.manifest.v2+json"


# --------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("app", Reference("app")),
        ("app:v1", Reference("app", "v1")),
        ("team/app.web:1.0_b-2", Reference("team/app.web", "1.0_b-2")),
        (
            "123.dkr.ecr.eu-west-1.amazonaws.com/app:v1",
            Reference("app", "v1", None, "123", "eu-west-1"),
        ),
        (
            "123.dkr.ecr-fips.us-gov-west-1.amazonaws.com/a/b",
            Reference("a/b", None, None, "123", "us-gov-west-1", True),
        ),
        (
            "123.dkr.ecr.cn-north-1.amazonaws.com.cn/app",
            Reference("app", None, None, "123", "cn-north-1"),
        ),
        ("123.dkr-ecr.us-east-1.on.aws/app", Reference("app", None, None, "123", "us-east-1")),
        (f"app@{DIGEST}", Reference("app", None, DIGEST)),
        (f"app:v1@{DIGEST}", Reference("app", "v1", DIGEST)),
    ],
)
def test_names_of_images(name: str, expected: Reference) -> None:
    assert parse_reference(name, digest_allowed=True) == expected


@pytest.mark.parametrize(
    "name",
    [
        "",
        "App",
        "app:",
        "app:v 1",
        "app@sha256:1",
        "a//b",
        "/app",
        "registry.io:5000/app:v1",
        "ghcr.io/team/app",
        "localhost/app",
        "app:v1:v2",
        "ä",
    ],
)
def test_what_is_no_name_is_refused_with_the_form(name: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_reference(name, digest_allowed=True)
    assert "REPOSITORY" in (caught.value.hint or "")


def test_push_takes_no_digest() -> None:
    with pytest.raises(InputError):
        parse_reference(f"app@{DIGEST}")


@pytest.mark.long
@given(st.text(max_size=30))
def test_any_text_is_a_name_or_refused(text: str) -> None:
    with suppress(InputError):
        assert parse_reference(text, digest_allowed=True).repository in text


# --------------------------------------------------------------------- lists


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.5, "Less than a second ago"),
        (1, "1 second ago"),
        (59, "59 seconds ago"),
        (60, "About a minute ago"),
        (150, "2 minutes ago"),
        (3600, "About an hour ago"),
        (5400, "2 hours ago"),
        (49 * 3600, "2 days ago"),
        (20 * 86400, "2 weeks ago"),
        (90 * 86400, "3 months ago"),
        (800 * 86400, "2 years ago"),
    ],
)
def test_ages_in_the_original_s_words(seconds: float, words: str) -> None:
    assert age(seconds) == words


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0B"),
        (999, "999B"),
        (1000, "1kB"),
        (1234567, "1.23MB"),
        (123456789, "123MB"),
        (999_999_999, "1GB"),
    ],
)
def test_sizes_in_decimal_units(count: int, text: str) -> None:
    assert size(count) == text


def put_image(account: Aws, repository: str, number: int, tag: str | None) -> None:
    config = {"digest": f"sha256:{number:064d}", "size": number}
    manifest = {"schemaVersion": 2, "mediaType": IMAGE, "config": config, "layers": []}
    extra = {"imageTag": tag} if tag else {}
    account.call(
        "ecr", "put_image", repositoryName=repository, imageManifest=json.dumps(manifest), **extra
    )


def test_images_lists_tagged_and_untagged(sandbox: Cli, account: Aws) -> None:
    empty = sandbox("images", "-r", "us-east-1")
    assert (empty.code, empty.out) == (0, "")
    account.call("ecr", "create_repository", repositoryName="app")
    put_image(account, "app", 1, "v1")
    put_image(account, "app", 2, None)
    everything = sandbox("images")
    header, *rows = everything.out.splitlines()
    assert header.split("  ")[0] == "REPOSITORY NAME"
    assert sorted(row.split()[1] for row in rows) == ["<none>", "v1"]
    assert "ago" in rows[0]
    assert [
        item["tag"] for item in sandbox("images", "app", "--tagged", "--output", "json").json
    ] == ["v1"]
    assert [item["tag"] for item in sandbox("images", "--untagged", "--output", "json").json] == [
        None
    ]
    assert len(sandbox("images", "--tagged", "--untagged", "--output", "json").json) == 2


def test_images_lists_more_repositories_than_the_original_could(sandbox: Cli, account: Aws) -> None:
    for number in range(60):
        account.call("ecr", "create_repository", repositoryName=f"many/{number}")
        put_image(account, f"many/{number}", number + 1, "v1")
    assert len(sandbox("images", "--output", "json").json) == 60


def test_an_unknown_repository_is_told(sandbox: Cli) -> None:
    result = sandbox("images", "gone")
    assert result.code == 2
    assert "there is no repository gone in us-east-1" in result.err
    assert "ecscli images" in result.err


# ---------------------------------------------------------------- push, pull


def test_an_image_that_does_not_exist_is_a_mistaken_name() -> None:
    for message in ("manifest unknown", "manifest for app:v9 not found: manifest unknown"):
        assert refused(message).exit_code == 2
    assert refused("no space left on device").exit_code == 1
    assert refused("denied: no basic auth credentials").exit_code == 4


def test_without_docker_the_remedy_is_told(sandbox: Cli) -> None:
    for verb in ("push", "pull"):
        result = sandbox(verb, "app:v1", DOCKER_HOST="unix:///nowhere/docker.sock")
        assert result.code == 1
        assert "no Docker engine answers at unix:///nowhere/docker.sock" in result.err
        assert "DOCKER_HOST" in result.err


class Old(BaseHTTPRequestHandler):
    """An engine of long ago."""

    def do_GET(self) -> None:
        body = b'{"Version": "1.9", "ApiVersion": "1.21", "MinAPIVersion": "1.12"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_an_engine_that_is_too_old_is_told(sandbox: Cli) -> None:
    with HTTPServer(("127.0.0.1", 0), Old) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        result = sandbox("push", "app:v1", DOCKER_HOST=f"tcp://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert result.code == 1
    assert "the Docker engine speaks API 1.21" in result.err
    assert "update Docker Engine" in result.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [((), "exactly one image"), (("a", "b"), "exactly one image"), (("A",), "not the name")],
)
def test_bad_names_are_refused_before_docker_is_asked(
    sandbox: Cli, arguments: tuple[str, ...], told: str
) -> None:
    for verb in ("push", "pull"):
        result = sandbox(verb, *arguments, DOCKER_HOST="unix:///nowhere/docker.sock")
        assert result.code == 2
        assert told in result.err


def test_with_the_sandbox_no_image_leaves_the_machine() -> None:
    sandboxed = Aws(resolve(Flags(sandbox_url="http://127.0.0.1:1"), {}))
    with pytest.raises(InputError, match="no image registry on this machine"):
        registry_host(sandboxed, "https://123.dkr.ecr.us-east-1.amazonaws.com")
    assert registry_host(sandboxed, "http://127.0.0.1:5000") == "127.0.0.1:5000"
    outside = Aws(resolve(Flags(), {}))
    assert (
        registry_host(outside, "https://123.dkr.ecr.us-east-1.amazonaws.com")
        == "123.dkr.ecr.us-east-1.amazonaws.com"
    )


@pytest.mark.docker
def test_an_image_goes_up_and_comes_back(sandbox: Cli, account: Aws, docker_host: str) -> None:
    here = {"DOCKER_HOST": docker_host}
    make_image(docker_host, "team/app", "v1")
    pushed = sandbox("push", "team/app:v1", "--tags", "stage=test", **here)
    assert pushed.code == 0, pushed.err
    name = f"{urlsplit(str(account.settings.sandbox_url)).netloc}/team/app"
    assert pushed.out.startswith(f"{name}@sha256:")
    assert "Repository created" in pushed.err
    repository = account.call("ecr", "describe_repositories", repositoryNames=["team/app"])[
        "repositories"
    ][0]
    tags = account.call("ecr", "list_tags_for_resource", resourceArn=repository["repositoryArn"])[
        "tags"
    ]
    assert tags == [{"Key": "stage", "Value": "test"}]

    again = sandbox("push", "team/app:v1", **here)
    assert (again.code, again.out) == (0, pushed.out)
    assert "Repository created" not in again.err

    digest = pushed.out.strip().split("@")[1]
    listed = [
        (image["tag"], image["digest"]) for image in sandbox("images", "--output", "json").json
    ]
    assert listed == [("v1", digest)], "the sandbox's ECR knows what its registry got, once"

    remove_image(docker_host, f"{name}:v1")
    for version in (":v1", f"@{digest}"):
        pulled = sandbox("pull", f"team/app{version}", **here)
        assert pulled.code == 0, pulled.err
        assert f"Image pulled: {name}{version}" in pulled.err
    remove_image(docker_host, "team/app:v1")


@pytest.mark.docker
def test_what_the_registry_or_the_engine_refuses(sandbox: Cli, docker_host: str) -> None:
    here = {"DOCKER_HOST": docker_host}
    absent = sandbox("push", "absent:v1", **here)
    assert absent.code == 2
    assert "docker build -t absent:v1" in absent.err
    gone = sandbox("pull", "absent:v9", **here)
    assert gone.code == 2
    assert "ecscli images" in gone.err
    make_image(docker_host, "denied", "latest")
    denied = sandbox("push", "denied", "--registry-id", "999999999999", **here)
    assert denied.code == 4, denied.err
    assert "refused the login" in denied.err
    assert "auth-token" not in denied.err
    remove_image(docker_host, "denied:latest")
