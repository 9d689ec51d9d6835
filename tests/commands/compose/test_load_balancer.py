"""A load balancer of the project's own, from the file to an address, in both layouts: made,
changed, shown, left and deleted."""

from typing import Any

import pytest

from tests.commands.compose.test_networks import STACK, WAIT, Shop
from tests.conftest import Cli

COMPOSE = """\
services:
  web:
    image: nginx
    ports: ["8080:80"]
    healthcheck: {{test: "curl -f http://localhost/healthz || exit 1", interval: 15s}}
    x-ecs: {{load_balancer: {web}}}
  api:
    image: httpd
    ports: ["8080:8000"]
    x-ecs: {{load_balancer: {api}}}
  db: {{image: redis, ports: ["6379:6379"]}}
x-ecs: {{layout: {layout}, discovery: none, logs: none{more}}}
"""
API = "{path: [/api, /v2], strip: true}"
DNS = "LoadBalancerDns"


class Balanced(Shop):
    """A project on a cluster whose services are behind a load balancer."""

    def files(
        self, web: str = "true", api: str = API, layout: str = "services", more: str = ""
    ) -> None:
        self.cli.write("compose.yml", COMPOSE.format(web=web, api=api, layout=layout, more=more))

    def types(self) -> list[str]:
        return [one["Type"].rpartition("::")[2] for one in self.template()["Resources"].values()]

    def service(self, name: str) -> dict[str, Any]:
        [found] = self.client("ecs").describe_services(cluster="demo", services=[name])["services"]
        return dict(found)

    def behind(self, name: str) -> dict[str, tuple[str, int]]:
        """The outputs of the support stack whose target groups a service has."""
        names = {value: output for output, value in self.outputs().items()}
        rows = self.service(name)["loadBalancers"]
        return {
            names[row["targetGroupArn"]]: (row["containerName"], row["containerPort"])
            for row in rows
        }


@pytest.fixture
def shop(sandbox: Cli) -> Balanced:
    return Balanced(sandbox)


def test_services_behind_a_balancer_of_their_own_from_the_file_to_an_address(
    shop: Balanced,
) -> None:
    shop.files(more=", load_balancer: {ingress: [my-ip]}")
    planned = shop("plan")
    assert "load_balancer.ingress: my-ip is 127.0.0.1/32, the address of this mach" in planned.err
    assert f"+ deploy stack {STACK} (before the services)" in planned.out
    assert "load balancer\n    http://<load balancer>:8080/api -> api:8000 (rule 4" in planned.out
    assert "    http://<load balancer>:8080/ -> web:80 (default)" in planned.out
    assert "+ 1 application load balancer  about 16 USD a month, plus traffic" in planned.out
    assert [one["title"] for one in shop.plan()["blocks"]] == ["load balancer", "costs"]

    done = shop.up()
    host = shop.outputs()[DNS]
    page = f"http://{host}:8080"
    assert shop.behind("shop-web") == {"TargetGroupWeb": ("web", 80)}
    assert shop.behind("shop-api") == {"TargetGroupApi": ("api", 8000)}
    assert shop.service("shop-web")["healthCheckGracePeriodSeconds"] == 60
    assert shop.groups("shop-web") == {"SecurityGroupDefault", "PortsWeb"}
    assert shop.rules("PortsWeb") == [("80", "?")], "the balancer alone reaches it"
    urls = {
        one["service"]: [row["url"] for row in one.get("addresses", ())] for one in done["services"]
    }
    del urls["shop-db"]
    assert urls == {"shop-web": [page], "shop-api": [f"{page}/api", f"{page}/v2"]}
    assert shop("open", "--print").out == f"{page}\n"
    assert shop("open", "api", "--print").out == f"{page}/api\n"
    assert f"{page} -> 80/tcp" in shop("ps").out
    again = shop("plan")
    assert again.code == 0, again.out

    # one service leaves: first the service, then its target group and rules
    numbers = shop.template()["Resources"]["RuleApi1"]["Properties"]["Priority"]
    shop.files(web="false")
    shop.up()
    assert shop.service("shop-web")["loadBalancers"] == []
    assert set(shop.outputs()) >= {DNS, "TargetGroupApi"}
    assert "TargetGroupWeb" not in shop.outputs()
    assert shop.template()["Resources"]["RuleApi1"]["Properties"]["Priority"] == numbers
    assert ("80", "0.0.0.0/0") in shop.rules("PortsWeb"), "it is published as before"

    # what cannot change in place is refused before anything is done
    shop.files(web="false", api="{path: /api}", more=", load_balancer: {scheme: internal}")
    refused = shop("up", *WAIT)
    assert refused.code == 2, refused.err
    assert "a load balancer needs private subnets in two zones" in refused.err
    down = shop("down", "--yes", *WAIT)
    assert down.code == 0, down.err
    assert f"stack {STACK}" in down.err
    assert f"requests to {host} end: the load balancer goes" in down.err


def test_one_service_for_all_is_behind_the_balancer_too(shop: Balanced) -> None:
    shop.files(layout="task", api="false")
    ignored = shop("plan")
    assert "services.web.load_balancer: has no effect on tasks that no service runs" in ignored.err
    assert shop("plan", "--load-balancer").code == 2
    done = shop("service", "up", *WAIT, "--output", "json")
    assert done.code == 0, done.err
    assert done.json["stack"] == {"name": STACK, "changed": True}
    host = shop.outputs()[DNS]
    assert f"http://{host}:8080" in [one["url"] for one in done.json["addresses"]]
    assert shop.behind("shop") == {"TargetGroupWeb": ("web", 80)}
    assert "PortsShop" in shop.groups("shop")
    assert shop("service", "plan").code == 0
    assert shop("service", "scale", "2", *WAIT).code == 0
    assert "PortsShop" in shop.groups("shop")

    # a balancer that is protected is not given up, and one that is not after a question alone
    protected = ", load_balancer: {deletion_protection: true}"
    shop.files(layout="task", api="false", more=protected)
    assert shop("service", "up", *WAIT).code == 0
    shop.files(layout="task", web="false", api="false", more=protected)
    for command in (("service", "up", "--yes"), ("service", "plan"), ("service", "rm", "--yes")):
        refused = shop(*command)
        assert refused.code == 2, refused.err
        assert "is protected, and would have to be deleted" in refused.err
        assert ("compose.yml:12:" in refused.err) == ("rm" not in command), "where files have it"
    shop.files(layout="task", api="false")
    assert shop("service", "up", *WAIT).code == 0
    shop.files(layout="task", web="false", api="false")
    asked = shop("service", "up", *WAIT)
    assert asked.code != 0
    assert f"Load balancer {host} is deleted, and requests to it end" in asked.err
    left = shop("service", "up", "--yes", *WAIT)
    assert left.code == 0, left.err
    assert shop.service("shop")["loadBalancers"] == []
    stacks = shop.client("cloudformation").describe_stacks()["Stacks"]
    assert STACK not in [one["StackName"] for one in stacks]


NETWORK = """\
services:
  game:
    image: game
    ports: ["27015:27015/udp", "8081"]
    x-ecs: {load_balancer: {port: 27015, health: {port: 8081}}}
  ssh: {image: ssh, ports: ["2222:22"], x-ecs: {load_balancer: {type: network}}}
x-ecs: {layout: services, discovery: none, logs: none}
"""


def test_a_network_balancer_hands_on_tcp_and_udp(shop: Balanced) -> None:
    shop.cli.write("compose.yml", NETWORK)
    planned = shop("plan")
    assert "    udp://<network load balancer>:27015 -> game:27015\n" in planned.out
    assert "+ 1 network load balancer" in planned.out
    shop.up()
    host = shop.outputs()["NetworkBalancerDns"]
    assert shop.behind("shop-game") == {"TargetGroupGame": ("game", 27015)}
    assert shop.rules("PortsSsh") == [("22", "?")]
    opened = shop("open", "ssh")
    assert opened.out == f"tcp://{host}:2222\n"
    assert "No browser opens this address" in opened.err
    assert f"udp://{host}:27015" in shop("ps").out
    assert shop("plan").code == 0
    assert shop("down", "--yes", *WAIT).code == 0


def test_several_tasks_share_an_instance_behind_https(sandbox: Cli) -> None:
    sandbox.environment |= {"AWS_REGION": "us-east-1", "ECS_CLUSTER": "demo"}
    made = sandbox("up", "--capability-iam", "--size", "1", *WAIT)
    assert made.code == 0, made.err
    shop = Balanced.__new__(Balanced)
    shop.cli = sandbox
    shop.files(web="{host: shop.example.com}", api="false")
    missing = shop("up", *WAIT)
    assert missing.code == 2
    assert "ACM has no issued certificate in us-east-1 for shop.example.com" in missing.err
    arn = shop.client("acm").request_certificate(DomainName="*.example.com")["CertificateArn"]
    shop.files(
        web="{host: shop.example.com}",
        api="false",
        more=f", load_balancer: {{certificate: '{arn}'}}",
    )
    done = shop("up", *WAIT)
    assert done.code == 0, done.err
    assert shop("scale", "web=2", *WAIT).code == 0
    assert shop("open", "web", "--print").out == "https://shop.example.com\n"
    resources = shop.template()["Resources"]
    assert resources["Listener80"]["Properties"]["DefaultActions"][0]["Type"] == "redirect"
    opening = resources["InstancesFromBalancer"]["Properties"]
    assert (opening["FromPort"], opening["ToPort"]) == (32768, 65535)
    [group] = [one for id_, one in resources.items() if id_.startswith("TargetGroupWeb")]
    assert group["Properties"]["TargetType"] == "instance"
    health = shop.client("elbv2").describe_target_health(
        TargetGroupArn=shop.outputs()["TargetGroupWeb"]
    )["TargetHealthDescriptions"]
    assert len({row["Target"]["Id"] for row in health}) == 1
    assert len({row["Target"]["Port"] for row in health}) == 2


def test_targets_that_stay_unhealthy_end_the_deployment_with_their_check(shop: Balanced) -> None:
    label = 'labels: {ecscli.sandbox.target-healthy: "false"}'
    text = f"""\
services:
  web: {{image: nginx, ports: ["8080:80"], {label}, x-ecs: {{load_balancer: {{grace: 0}}}}}}
x-ecs: {{layout: services, discovery: none, logs: none}}
"""
    shop.cli.write("compose.yml", text)
    failed = shop("up", *WAIT)
    assert failed.code == 5, failed.err
    assert "failed ELB health checks" in failed.err
    assert "the load balancer checks / of port 80, which is to answer 200-399" in failed.err
