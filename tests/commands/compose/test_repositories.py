"""`compose down --repositories`: what was made for the project's images is deleted, once the user
agrees."""

import json

import pytest

from ecscli.aws.client import Aws
from ecscli.registry.stock import MANIFESTS
from tests.builder import pretend_to_build
from tests.conftest import Cli
from tests.registry.builders.test_builders import put_image

FILE = """\
name: shop
services:
  web: {build: web, mem_limit: 64m}
  page: {image: nginx, mem_limit: 64m, volumes: ['./page:/page']}
  cache: {image: redis, mem_limit: 64m}
"""


@pytest.fixture
def shop(sandbox: Cli, account: Aws) -> Cli:
    account.call("ecs", "create_cluster", clusterName="demo")
    pretend_to_build(sandbox)
    sandbox.environment["ECS_CLUSTER"] = "demo"
    sandbox.write("web/Dockerfile", "FROM scratch\nCOPY . /\n")
    sandbox.write("page", "hello")
    sandbox.write("compose.yml", FILE)
    assert sandbox("compose", "create").code == 0
    return sandbox


def repositories(account: Aws) -> list[str]:
    found = account.call("ecr", "describe_repositories")["repositories"]
    return sorted(one["repositoryName"] for one in found)


def test_repositories_stay_unless_they_are_meant_as_well(shop: Cli, account: Aws) -> None:
    assert shop("compose", "down").code == 0
    assert repositories(account) == ["shop/page", "shop/web"]
    shown = shop("compose", "down", "--repositories", "--dry-run")
    assert shown.code == 3
    assert "- repository shop/web (with 0 images)" in shown.out
    unanswered = shop("compose", "down", "--repositories")
    assert (unanswered.code, "confirm with --yes" in unanswered.err) == (2, True)
    assert repositories(account) == ["shop/page", "shop/web"]
    deleted = shop("compose", "down", "--repositories", "--yes")
    assert deleted.code == 0, deleted.err
    assert "Deleted repository shop/page (with 0 images)" in deleted.err
    assert repositories(account) == []
    assert shop("compose", "down", "--repositories", "--yes").code == 0, "nothing is left to do"


def test_what_others_have_made_is_left_and_what_is_deployed_named(shop: Cli, account: Aws) -> None:
    put_image(account, "shop/cache", "c-1", "one")
    manifest = json.dumps({"schemaVersion": 2, "config": {"digest": "two"}, "layers": []})
    image = {
        "repositoryName": "shop/web",
        "imageManifest": manifest,
        "imageManifestMediaType": MANIFESTS[0],
    }
    account.call("ecr", "put_image", **image, imageTag="live-prod-shop")
    deleted = shop("compose", "down", "--repositories", "--yes")
    assert deleted.code == 0, deleted.err
    assert "repository shop/cache was not made for project shop: it is left" in deleted.err
    assert "repository shop/web has images that were deployed: prod-shop" in deleted.err
    assert repositories(account) == ["shop/cache"]
