"""The networks of a project in layout services as security groups of its support stack: made,
changed in two steps, kept while they are used, and deleted."""

import json
from typing import Any

import boto3
import pytest

from ecscli.sandbox import process
from tests.commands.calls import Calls
from tests.conftest import Cli, Result
from tests.lint import lint

STACK = "ecscli-demo-shop"
WAIT = ("--timeout", "0.5")
COMPOSE = """\
services:
  web:
    image: nginx
    ports: ["80:80"]
    networks: [front]
  db:
    image: redis
    ports: ["6379:6379", "127.0.0.1:8080:8080"]
    networks: [{db}]
  worker:
    image: httpd
networks: {{front: , back: }}
x-ecs: {{layout: services, discovery: none, logs: none{more}}}
"""


class Shop:
    """A project on a cluster for Fargate, made by `up`."""

    def __init__(self, cli: Cli) -> None:
        self.cli = cli
        cli.environment |= {"AWS_REGION": "us-east-1", "ECS_CLUSTER": "demo"}
        made = cli("up", "--launch-type", "FARGATE", *WAIT, "--output", "json")
        assert made.code == 0, made.err
        self.cluster: dict[str, str] = made.json["outputs"]
        self.write()

    def write(self, db: str = "front, back", more: str = "", text: str = COMPOSE) -> None:
        self.cli.write("compose.yml", text.format(db=db, more=more))

    def __call__(self, *words: str) -> Result:
        return self.cli("compose", "-p", "shop", *words)

    def up(self, *words: str) -> Any:
        done = self("up", *WAIT, "--output", "json", *words)
        assert done.code == 0, done.err
        return done.json

    def plan(self) -> Any:
        return self("plan", "--output", "json").json

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        url = process.ensure(self.cli.environment)
        return boto3.client(service, region_name="us-east-1", endpoint_url=url, **keys)

    def network(self, name: str) -> dict[str, Any]:
        """The network of a service."""
        described = self.client("ecs").describe_services(cluster="demo", services=[name])
        found: dict[str, Any] = described["services"][0]["networkConfiguration"]
        return dict(found["awsvpcConfiguration"])

    def groups(self, name: str) -> set[str]:
        """The outputs of the support stack whose security groups a service has."""
        names = {value: output for output, value in self.outputs().items()}
        return {names.get(group, group) for group in self.network(name)["securityGroups"]}

    def outputs(self) -> dict[str, str]:
        [found] = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return {row["OutputKey"]: row["OutputValue"] for row in found.get("Outputs", ())}

    def template(self) -> dict[str, Any]:
        found = self.client("cloudformation").get_template(StackName=STACK)["TemplateBody"]
        return dict(json.loads(found) if isinstance(found, str) else found)

    def rules(self, output: str) -> list[tuple[str, str]]:
        """The inbound rules of a security group: ports and sources."""
        id_ = self.outputs()[output]
        [group] = self.client("ec2").describe_security_groups(GroupIds=[id_])["SecurityGroups"]
        names = {value: name for name, value in self.outputs().items()}
        return [
            (
                str(rule.get("FromPort", rule["IpProtocol"])),
                names.get(source["GroupId"], "?") if "GroupId" in source else source["CidrIp"],
            )
            for rule in group["IpPermissions"]
            for source in (*rule["UserIdGroupPairs"], *rule["IpRanges"])
        ]


@pytest.fixture
def shop(sandbox: Cli) -> Shop:
    return Shop(sandbox)


def phases(plan: Any) -> list[tuple[str, str]]:
    """(operation, phase) of the calls of a plan for stacks."""
    rows = [one for one in plan["actions"] if one["service"] == "cloudformation"]
    return [(one["operation"], one["phase"]) for one in rows]


def test_a_project_without_ecs_params_runs_in_security_groups_of_its_networks(shop: Shop) -> None:
    planned = shop("plan")
    assert f"+ deploy stack {STACK} (before the services)" in planned.out
    assert "+ SecurityGroupFront: AWS::EC2::SecurityGroup" in planned.out
    assert f"<{STACK}.SecurityGroupFront>" in planned.out
    done = shop.up()
    assert done["stack"] == {"name": STACK, "changed": True}
    assert shop.groups("shop-web") == {"SecurityGroupFront", "PortsWeb"}
    assert shop.groups("shop-db") == {"SecurityGroupFront", "SecurityGroupBack"}
    assert shop.groups("shop-worker") == {"SecurityGroupDefault"}
    network = shop.network("shop-web")
    assert network["subnets"] == shop.cluster["SubnetIds"].split(",")
    assert network["assignPublicIp"] == "ENABLED"
    assert shop.rules("SecurityGroupBack") == [("-1", "SecurityGroupBack")]
    assert shop.rules("PortsWeb") == [("80", "0.0.0.0/0")]
    assert lint(json.dumps(shop.template()), "us-east-1") == []
    for _ in range(2):
        assert shop("plan").code == 0
    again = shop.up()
    assert (again["changed"], again["stack"]) == (False, {"name": STACK, "changed": False})


def test_data_stores_are_opened_only_to_addresses_that_are_named(shop: Shop) -> None:
    assert "port 6379 of db is open inside the project alone" in shop("plan").err
    shop.write(more=", network: {ingress: [10.0.0.0/8, my-ip]}")
    assert "ingress: my-ip is 127.0.0.1/32, the address of this machine" in shop("plan").err
    shop.up()
    assert sorted(shop.rules("PortsDb")) == [("6379", "10.0.0.0/8"), ("6379", "127.0.0.1/32")]


def test_a_network_that_is_left_goes_after_the_services(shop: Shop) -> None:
    shop.up()
    shop.write(db="front", text=COMPOSE.replace("80:80", "81:81"))
    plan = shop.plan()
    assert phases(plan) == [
        ("CreateChangeSet", "before the services"),
        ("CreateChangeSet", "after the services"),
    ]
    assert plan["actions"][0]["service"] == plan["actions"][-1]["service"] == "cloudformation"
    shop.up()
    assert set(shop.outputs()) == {"SecurityGroupFront", "SecurityGroupDefault", "PortsWeb"}
    assert shop.groups("shop-db") == {"SecurityGroupFront"}
    assert shop.rules("PortsWeb") == [("81", "0.0.0.0/0")]
    assert shop("plan").code == 0


def test_a_network_that_is_new_comes_before_the_services(shop: Shop) -> None:
    shop.write(db="front")
    shop.up()
    shop.write()
    assert phases(shop.plan()) == [("CreateChangeSet", "before the services")]
    shop.up()
    assert shop.groups("shop-db") == {"SecurityGroupFront", "SecurityGroupBack"}


def test_an_orphan_keeps_its_group_until_it_is_deleted(shop: Shop) -> None:
    shop.up()
    without_worker = COMPOSE.replace("  worker:\n    image: httpd\n", "")
    shop.write(text=without_worker)
    shop.up()
    assert "SecurityGroupDefault" in shop.outputs()
    assert shop("plan").code == 0
    shop.up("--remove-orphans")
    assert "SecurityGroupDefault" not in shop.outputs()


def test_up_of_one_service_makes_the_stack_of_the_whole_project(shop: Shop) -> None:
    shop.up("db")
    assert "PortsWeb" in shop.outputs()
    shop.write(db="back", text=COMPOSE.replace("[front]", "[back]"))
    shop.up("web")
    assert shop.groups("shop-db") == {"SecurityGroupFront", "SecurityGroupBack"}, "left alone"


def test_without_waiting_nothing_is_taken_from_the_stack(shop: Shop) -> None:
    shop.up()
    shop.write(db="front")
    done = shop("up", "--no-wait")
    assert "stays in the support stack until the next up" in done.err
    assert "SecurityGroupBack" in shop.outputs()


def test_groups_that_files_name_replace_those_of_the_networks(shop: Shop) -> None:
    group = shop.cluster["SecurityGroupIds"]
    shop.write(more=f", network: {{security_groups: [{group}]}}")
    planned = shop("up", *WAIT)
    assert "replace those of the Compose networks" in planned.err
    assert shop.network("shop-web")["securityGroups"] == [group]
    assert shop.plan()["changes"] == 0
    stacks = shop.client("cloudformation").describe_stacks()["Stacks"]
    assert STACK not in [one["StackName"] for one in stacks]


def test_an_external_network_is_a_security_group_that_exists(shop: Shop) -> None:
    group = shop.cluster["SecurityGroupIds"]
    text = COMPOSE.replace("back: ", f"back: {{{{external: true, name: {group}}}}}")
    shop.write(text=text)
    shop.up()
    assert shop.groups("shop-db") == {"SecurityGroupFront", group}


def test_an_internal_network_wants_private_subnets(shop: Shop) -> None:
    text = COMPOSE.replace("back: ", "back: {{internal: true}}")
    shop.write(db="back", text=text)
    refused = shop("up", *WAIT)
    assert refused.code == 2
    assert "db is in an internal network, and subnet-" in refused.err
    shop.write(text=text)
    both = shop("plan")
    assert "network back is internal and front is not" in both.err


def test_subnets_by_word_name_and_tag(shop: Shop) -> None:
    first, second = shop.cluster["SubnetIds"].split(",")
    ec2 = shop.client("ec2")
    ec2.create_tags(Resources=[first], Tags=[{"Key": "Name", "Value": "one"}])
    ec2.create_tags(Resources=[second], Tags=[{"Key": "tier", "Value": "two"}])
    for subnets, expected in (
        ("[one, {tag: {tier: two}}]", [first, second]),
        ("public", [first, second]),
    ):
        shop.write(more=f", network: {{subnets: {subnets}}}")
        shop.up()
        assert sorted(shop.network("shop-web")["subnets"]) == sorted(expected)
    shop.write(more=", network: {subnets: private}")
    refused = shop("plan")
    assert f"network.subnets: private: {shop.cluster['VpcId']} has no such subnet" in refused.err
    shop.write(more=", network: {subnets: [three]}")
    assert "there is no subnet three" in shop("plan").err


def test_a_stack_of_another_owner_is_refused_before_anything_is_made(shop: Shop) -> None:
    body = {"Resources": {"Topic": {"Type": "AWS::Logs::LogGroup"}}}
    shop.client("cloudformation").create_stack(StackName=STACK, TemplateBody=json.dumps(body))
    refused = shop("up", *WAIT)
    assert refused.code == 2
    assert f"stack {STACK} has no tag of a project" in refused.err
    assert not shop.client("ecs").list_services(cluster="demo")["serviceArns"]


def test_down_of_a_service_takes_what_only_it_used_out_of_the_stack(shop: Shop) -> None:
    shop.up()
    unknown = shop("down", "web", "cache", *WAIT)
    assert unknown.code == 2
    assert 'the project has no service "cache"' in unknown.err
    whole = shop("down", "web", "--secrets", *WAIT)
    assert "--secrets is for the whole project" in whole.err
    planned = shop("down", "db", "--dry-run")
    assert "- delete service shop-db" in planned.out
    assert "shop-web" not in planned.out
    assert "- SecurityGroupBack: AWS::EC2::SecurityGroup" in planned.out
    done = shop("down", "db", *WAIT)
    assert done.code == 0, done.err
    assert set(shop.outputs()) == {"SecurityGroupFront", "SecurityGroupDefault", "PortsWeb"}
    left = shop.client("ecs").list_services(cluster="demo")["serviceArns"]
    assert sorted(arn.rpartition("/")[2] for arn in left) == ["shop-web", "shop-worker"]
    again = shop("down", "db", *WAIT)
    assert "No service db of shop is left in demo." in again.err
    shop.up()
    assert shop.groups("shop-db") == {"SecurityGroupFront", "SecurityGroupBack"}


def test_down_deletes_the_stack_after_the_services(shop: Shop) -> None:
    shop.up()
    done = shop("down", *WAIT)
    assert done.code == 0, done.err
    stacks = shop.client("cloudformation").describe_stacks()["Stacks"]
    assert STACK not in [one["StackName"] for one in stacks]


def test_an_unchanged_up_has_as_many_rounds_whatever_the_number_of_services(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Calls(monkeypatch)
    rows = "".join(f"  s{number}:\n    image: nginx\n" for number in range(12))
    shop.write(
        text="services:\n" + rows + "x-ecs: {{layout: services, discovery: none, logs: none}}\n"
    )
    shop.up()
    calls.names.clear()
    shop.up()
    ec2 = [name for name in calls.names if name.startswith("ec2")]
    assert len(ec2) <= 3
