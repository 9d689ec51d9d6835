"""A load balancer that projects share, of the cluster or of somebody else: rules added and taken
away, and nothing else of it touched."""

from typing import Any

import pytest

from ecscli.sandbox import process
from tests.commands.compose.test_networks import WAIT, Shop
from tests.commands.test_cluster import fault
from tests.conftest import Cli, Result

COMPOSE = """\
services:
  web:
    image: nginx
    ports: ["8080:80"]
    x-ecs: {{load_balancer: {web}}}
x-ecs: {{layout: services, discovery: none, logs: none{more}}}
"""
CLUSTER = "cluster: demo\nregion: us-east-1\nlaunch-type: FARGATE\n"
LOST = {"code": "PriorityInUse", "message": "Priority '45123' is currently in use"}
SHARED = f"{CLUSTER}load-balancer: true\n"


class Sharing(Shop):
    """Projects on a cluster, whose stack has a load balancer where `shared`."""

    def __init__(self, cli: Cli, shared: bool) -> None:
        cli.write("ecs-cluster.yml", SHARED if shared else CLUSTER)
        super().__init__(cli)

    def project(self, name: str, *words: str, web: str = "true", more: str = "") -> Result:
        self.cli.write("compose.yml", COMPOSE.format(web=web, more=more))
        return self.cli("compose", "-p", name, *words)

    def document(self, arn: str) -> dict[str, Any]:
        """All that Elastic Load Balancing says of a balancer and what hangs on it."""
        elb = self.client("elbv2")
        [balancer] = elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
        listeners = elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]
        groups = self.client("ec2").describe_security_groups(GroupIds=balancer["SecurityGroups"])
        return {
            "balancer": balancer,
            "attributes": elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"],
            "listeners": listeners,
            "groups": groups["SecurityGroups"],
            "rules": {
                rule["RuleArn"]: rule
                for one in listeners
                for rule in elb.describe_rules(ListenerArn=one["ListenerArn"])["Rules"]
            },
        }


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Any]:
    """The rules that were added; all else must be equal."""
    kept = {arn: rule for arn, rule in after["rules"].items() if arn in before["rules"]}
    assert {**after, "rules": kept} == before
    return [rule for arn, rule in after["rules"].items() if arn not in before["rules"]]


def test_two_projects_share_the_balancer_of_the_cluster(sandbox: Cli) -> None:
    shop = Sharing(sandbox, shared=True)
    arn, dns = shop.cluster["LoadBalancerArn"], shop.cluster["LoadBalancerDns"]
    empty = shop.document(arn)
    planned = shop.project("shop", "plan", web="{host: shop.example.com}")
    assert "http://shop.example.com -> web:80 (rule 3" in planned.out
    assert "costs" not in planned.out
    assert shop.project("shop", "up", *WAIT, web="{host: shop.example.com}").code == 0
    [rule] = changes(empty, shop.document(arn))
    assert rule["Conditions"][0]["HostHeaderConfig"]["Values"] == ["shop.example.com"]
    assert shop.rules("PortsWeb") == [("80", "?")], "the balancer alone reaches it"
    assert shop.project("shop", "plan", web="{host: shop.example.com}").code == 0

    # another project takes no request of the first, and changes none of its rules
    first = shop.document(arn)
    taken = shop.project("blog", "up", *WAIT, web="{host: shop.example.com}")
    assert taken.code == 2
    assert "of somebody else, takes the same requests" in taken.err
    fault(process.ensure(sandbox.environment), action="*:CreateRule", **LOST)
    raced = shop.project("blog", "up", *WAIT)
    assert raced.code == 0, "everything that has no host"
    assert "the number of a rule was taken meanwhile: planning once more" in raced.err
    [rest] = changes(first, shop.document(arn))
    assert 45_000 <= int(rest["Priority"]) < 50_000
    assert shop.project("blog", "open", "--print").out == f"http://{dns}\n"

    # the cluster keeps it while they are there
    shop.cli.write("ecs-cluster.yml", CLUSTER)
    lost = shop.cli("plan")
    assert lost.code == 2
    assert "has rules of project " in lost.err
    refused = shop.cli("down", "--force")
    assert refused.code == 2
    assert "project shop on cluster demo" in refused.err

    leave_and_return(shop, arn, empty)
    for name in ("shop", "blog"):
        assert shop.project(name, "down", "--yes", *WAIT).code == 0
    assert shop.document(arn) == empty
    assert shop.cli("down", "--force").code == 0


def leave_and_return(shop: Sharing, arn: str, empty: dict[str, Any]) -> None:
    """A project moves to a balancer of its own and back; its services are behind both
    meanwhile."""
    own = {
        "web": "{host: shop.example.com}",
        "more": ", load_balancer: {use: own, certificate: none}",
    }
    moving = shop.project("shop", "plan", **own)
    assert "the project moves from a load balancer that it shares" in moving.err
    assert "both answer until it has moved" in moving.err
    assert "+ 1 application load balancer" in moving.out
    asked = shop.project("shop", "up", *WAIT, **own)
    assert asked.code != 0
    assert "--yes" in asked.err
    assert shop.project("shop", "up", "--yes", *WAIT, **own).code == 0
    assert len(changes(empty, shop.document(arn))) == 1, "the rule of the other project"
    back = shop.project("shop", "up", "--yes", *WAIT, web="{host: shop.example.com}")
    assert back.code == 0, back.err
    assert "moves from its own load balancer ecscli-d-LoadBala" in back.err
    assert "LoadBalancer" not in shop.template()["Resources"]


@pytest.fixture
def foreign(sandbox: Cli) -> tuple[Sharing, str]:
    """A cluster, and a balancer of somebody else with one rule at port 8000."""
    shop = Sharing(sandbox, shared=False)
    elb, ec2 = shop.client("elbv2"), shop.client("ec2")
    vpc = shop.cluster["VpcId"]
    group = ec2.create_security_group(GroupName="theirs", Description="-", VpcId=vpc)["GroupId"]
    subnets = shop.cluster["SubnetIds"].split(",")
    made = elb.create_load_balancer(Name="theirs", Subnets=subnets, SecurityGroups=[group])
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
    listener = elb.create_listener(
        LoadBalancerArn=arn, Protocol="HTTP", Port=8000, DefaultActions=[fixed]
    )["Listeners"][0]["ListenerArn"]
    condition = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/old"]}}
    elb.create_rule(ListenerArn=listener, Priority=7, Conditions=[condition], Actions=[fixed])
    return shop, arn


def test_a_balancer_of_somebody_else_gets_rules_and_nothing_else(
    foreign: tuple[Sharing, str],
) -> None:
    shop, arn = foreign
    before = shop.document(arn)
    theirs = ", load_balancer: {use: theirs}"
    for web, more, said in (
        ("true", ", load_balancer: {use: nobody}", "there is no load balancer nobody"),
        ("true", ", load_balancer: {use: cluster}", "has no load balancer for its projects"),
        ("true", ", load_balancer: {use: theirs, scheme: internal}", "theirs is internet-facing"),
        ("true", ", load_balancer: {use: theirs, listener: 443}", "no HTTP or HTTPS listener at 4"),
        ("{priority: 7, path: /x}", theirs, "another project has a rule 7 at port 8000"),
    ):
        refused = shop.project("shop", "plan", web=web, more=more)
        assert refused.code == 2, refused.out
        assert said in refused.err
        assert "compose.yml:" in refused.err
    assert shop.project("shop", "up", *WAIT, web="{path: /new}", more=theirs).code == 0
    [rule] = changes(before, shop.document(arn))
    assert rule["Conditions"][0]["PathPatternConfig"]["Values"] == ["/new", "/new/*"]
    dns = before["balancer"]["DNSName"]
    shown = shop.project("shop", "open", "--print", web="{path: /new}", more=theirs)
    assert shown.out == f"http://{dns}:8000/new\n"
    assert shop.project("shop", "down", "--yes", *WAIT, web="true", more=theirs).code == 0
    assert shop.document(arn) == before
