"""Images are built for the processors of the cluster's instances where files name no platform."""

import pytest

from tests.builder import pretend_to_build
from tests.conftest import Cli
from tests.registry.builders.test_builders import seen

UP = "up --capability-iam --instance-type t4g.small"
FILE = "cluster: demo\nregion: us-east-1\ncapacity: {instance-types: t4g.small, size: 1}\n"


@pytest.fixture
def shop(sandbox: Cli) -> Cli:
    pretend_to_build(sandbox)
    sandbox.environment["AWS_REGION"] = "us-east-1"
    sandbox.write("web/Dockerfile", "FROM scratch\nCOPY . /\n")
    sandbox.write("page", "hello")
    service = "{build: web, mem_limit: 64m, volumes: ['./page:/etc/page']}"
    sandbox.write("compose.yml", f"name: shop\nservices: {{web: {service}}}\n")
    return sandbox


def platforms(shop: Cli) -> set[str]:
    """Those of the last bake."""
    targets = seen(shop, "bake")[0]["target"].values()
    return {platform for target in targets for platform in target["platforms"]}


def test_of_the_stack(shop: Cli) -> None:
    shop.environment["ECS_CLUSTER"] = "demo"
    assert shop(*UP.split()).code == 0
    for command in ("compose create", "compose build --push --no-cache"):
        done = shop(*command.split())
        assert done.code == 0, done.err
        assert platforms(shop) == {"linux/arm64"}
    named = shop.directory / "compose.yml"
    named.write_text(named.read_text().replace("{build", "{platform: linux/amd64, build"))
    assert shop("compose", "create").code == 0
    assert platforms(shop) == {"linux/amd64"}, "what the files name counts"


def test_of_the_cluster_file_without_aws(shop: Cli) -> None:
    before = shop("compose", "build", "--print").json["target"]["web"]
    assert before["platforms"] == ["linux/amd64"]
    shop.write("ecs-cluster.yml", FILE)
    for file in (FILE, FILE.replace("instance-types: t4g.small", "architecture: arm64")):
        shop.write("ecs-cluster.yml", file)
        after = shop("compose", "build", "--print").json["target"]["web"]
        assert after["platforms"] == ["linux/arm64"]
    tags = [before["tags"][0], after["tags"][0]]
    assert tags[0] != tags[1], "the platform is content"
    assert tags[1] in shop("compose", "build", "--print").out
    on_fargate = shop("compose", "render", "--launch-type", "FARGATE")
    assert on_fargate.code == 0, on_fargate.err
    other = shop("compose", "build", "--print", "--cluster", "other").json["target"]["web"]
    assert other["platforms"] == ["linux/amd64"], "the file is about another cluster"
