"""Images are built for the processors of the cluster's instances where files name no platform."""

import time

import pytest

from ecscli.aws.client import Aws
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


# --------------------------------------------------------------- instances that are there


def join(account: Aws, *types: str) -> None:
    """Instances that join the cluster demo, which no stack made."""
    account.call("ecs", "create_cluster", clusterName="demo")
    for kind in types:
        account.call(
            "ec2",
            "run_instances",
            ImageId="ami-12c6146b",
            InstanceType=kind,
            MinCount=1,
            MaxCount=1,
            UserData="#!/bin/bash\necho ECS_CLUSTER=demo >> /etc/ecs/ecs.config",
        )
    for _ in range(500):
        found = account.call("ecs", "list_container_instances", cluster="demo")
        if len(found["containerInstanceArns"]) == len(types):
            return
        time.sleep(0.02)
    raise AssertionError("not all instances have joined")


@pytest.mark.parametrize("layout", ["task", "services"])
def test_of_the_instances_of_a_cluster_without_a_stack(
    shop: Cli, account: Aws, layout: str
) -> None:
    join(account, "t4g.small")
    shop.environment |= {"ECS_CLUSTER": "demo", "ECSCLI_LAYOUT": layout}
    verb = "plan" if layout == "services" else "create"
    done = shop("compose", verb)
    assert done.code in (0, 3), done.err
    before = "c-" + shop("compose", "render").out.partition(":c-")[2][:12]
    assert before not in done.out + done.err, "render asks nobody, and is for linux/amd64"
    if layout == "task":
        assert platforms(shop) == {"linux/arm64"}


def test_what_is_built_here_and_pushed_later_is_for_the_instances(shop: Cli, account: Aws) -> None:
    join(account, "t4g.small", "t4g.medium")
    shop.environment["ECS_CLUSTER"] = "demo"
    built = shop("compose", "build")
    assert built.code == 0, built.err
    assert platforms(shop) == {"linux/arm64"}
    listed = shop("compose", "images", "--output", "json").json
    assert listed[0]["image"] in built.out


def test_instances_of_two_architectures_are_a_warning(shop: Cli, account: Aws) -> None:
    join(account, "t4g.small", "t3.small")
    shop.environment["ECS_CLUSTER"] = "demo"
    created = shop("compose", "create")
    assert created.code == 0, created.err
    assert (
        "warning: cluster demo has instances with x86_64 and arm64: images are built for x86_64"
        in created.err
    )
    assert "set platform of the services" in created.err
    assert platforms(shop) == {"linux/amd64"}
    text = (shop.directory / "compose.yml").read_text()
    shop.write("compose.yml", text.replace("{build", "{platform: linux/arm64, build"))
    again = shop("compose", "create")
    assert "cluster demo has instances" not in again.err
    assert platforms(shop) == {"linux/arm64"}


def test_a_build_here_needs_no_answer_of_aws(shop: Cli) -> None:
    shop.environment |= {
        "ECS_CLUSTER": "demo",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "key",
        "AWS_MAX_ATTEMPTS": "1",
    }
    del shop.environment["ECSCLI_SANDBOX"]
    built = shop("compose", "build")
    assert built.code == 0, built.err
    assert "the processors of the instances of cluster demo could not be looked up" in built.err
    assert platforms(shop) == {"linux/amd64"}


def test_nothing_built_asks_nothing(shop: Cli, account: Aws) -> None:
    join(account, "t4g.small", "t3.small")
    shop.environment["ECS_CLUSTER"] = "demo"
    service = "{image: nginx, mem_limit: 64m}"
    shop.write("compose.yml", f"name: shop\nservices: {{web: {service}}}\n")
    created = shop("compose", "create")
    assert created.code == 0, created.err
    assert "cluster demo has instances" not in created.err
