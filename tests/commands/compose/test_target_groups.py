"""A target group that cannot change in place: left for another one without a gap, gone on with
where an `up` was cut off, and with a gap that is agreed to."""

import pytest

from tests.commands.compose.test_load_balancer import Balanced
from tests.commands.compose.test_networks import WAIT
from tests.conftest import Cli

COMPOSE = """\
services:
  web:
    image: nginx
    ports: {ports}
    x-ecs: {{load_balancer: {{port: {port}, drain: 0}}}}
x-ecs: {{layout: {layout}, discovery: none, logs: none}}
"""
BOTH = '["8080:80", "8443:443"]'


class Moving(Balanced):
    def behind_port(self, port: int, ports: str = BOTH, layout: str = "services") -> None:
        text = COMPOSE.format(port=port, ports=ports, layout=layout)
        self.cli.write("compose.yml", text)

    def weights(self) -> list[int]:
        """Those of the listener's target groups, the old one first."""
        [listener] = [
            one
            for one in self.template()["Resources"].values()
            if one["Type"].endswith("::Listener")
        ]
        [action] = listener["Properties"]["DefaultActions"]
        rows = action.get("ForwardConfig", {}).get("TargetGroups", ())
        return [row["Weight"] for row in rows]

    def healthy_ports(self) -> set[int]:
        """The ports of the targets that get requests."""
        [arn] = [value for name, value in self.outputs().items() if name == "TargetGroupWeb"]
        rows = self.client("elbv2").describe_target_health(TargetGroupArn=arn)
        return {
            row["Target"]["Port"]
            for row in rows["TargetHealthDescriptions"]
            if row["TargetHealth"]["State"] == "healthy"
        }

    def groups_of_service(self, name: str = "shop-web") -> list[int]:
        return [row["containerPort"] for row in self.service(name)["loadBalancers"]]


@pytest.fixture
def shop(sandbox: Cli) -> Moving:
    return Moving(sandbox)


def test_a_target_group_is_left_for_another_one_in_steps(shop: Moving) -> None:
    shop.behind_port(80)
    shop.up()
    shop.behind_port(443, '["8080:80", "8080:443"]')
    planned = shop("plan")
    assert planned.code == 3, planned.err
    assert "web: Protocol HTTP becomes HTTPS, without a gap\n" in planned.out
    assert "now: the service gets the new target group" in planned.out

    cut_off = shop("up", "--no-wait")
    assert cut_off.code == 0, cut_off.err
    assert "run the command again then: it goes on" in cut_off.err
    assert (shop.groups_of_service(), shop.weights()) == ([80, 443], [1, 0])
    assert shop("ps").code == 0

    done = shop("up", *WAIT)
    assert done.code == 0, done.err
    assert (shop.groups_of_service(), shop.weights()) == ([443], [])
    kinds = [id_ for id_ in shop.template()["Resources"] if id_.startswith("TargetGroup")]
    assert len(kinds) == 1
    assert shop.behind("shop-web") == {"TargetGroupWeb": ("web", 443)}
    assert shop("plan").code == 0


def test_another_container_port_stays_in_its_target_group(shop: Moving) -> None:
    shop.behind_port(80, '["8080:80"]')
    shop.up()
    group = shop.outputs()["TargetGroupWeb"]
    assert shop.healthy_ports() == {80}
    shop.behind_port(81, '["8080:81"]')
    planned = shop("plan")
    assert planned.code == 3, planned.err
    assert "gap" not in planned.out
    begun = shop("up", "--no-wait")
    assert begun.code == 0, begun.err
    assert shop.healthy_ports(), "the old task answers until the new one does"
    assert shop("up", *WAIT).code == 0
    assert shop.outputs()["TargetGroupWeb"] == group
    assert (shop.groups_of_service(), shop.weights()) == ([81], [])
    assert shop.healthy_ports() == {81}


def test_a_switch_of_layout_and_network_mode_has_no_gap(sandbox: Cli) -> None:
    sandbox.environment |= {"AWS_REGION": "us-east-1", "ECS_CLUSTER": "demo"}
    assert sandbox("up", "--capability-iam", "--size", "1", *WAIT).code == 0
    shop = Moving.__new__(Moving)
    shop.cli = sandbox
    shop.behind_port(80, '["8080:80"]', "task")
    assert shop("service", "up", *WAIT).code == 0
    sandbox.write("ecs-params.yml", "version: 1\ntask_definition: {ecs_network_mode: awsvpc}\n")
    shop.behind_port(80, '["8080:80"]')
    planned = shop("plan", "--switch-layout")
    assert "web: TargetType instance becomes ip, without a gap" in planned.out
    assert "lost:" not in planned.out
    done = shop("up", "--switch-layout", "--yes", *WAIT)
    assert done.code == 0, done.err
    assert shop.behind("shop-web") == {"TargetGroupWeb": ("web", 80)}
    kinds = [id_ for id_ in shop.template()["Resources"] if id_.startswith("TargetGroup")]
    assert (len(kinds), shop.weights()) == (1, [])
    assert shop("plan").code == 0


def test_requests_pass_to_a_service_with_another_name(shop: Moving) -> None:
    shop.behind_port(80)
    shop.up()
    shop.cli.write(
        "compose.yml", (shop.cli.directory / "compose.yml").read_text().replace("web:", "site:")
    )
    planned = shop("plan")
    assert "site: it takes requests over from web, without a gap" in planned.out
    cut_off = shop("up", "--no-wait", "--remove-orphans")
    assert cut_off.code == 0, cut_off.err
    assert shop.weights() == [1, 0]
    assert shop.groups_of_service() == [80], "it answers until the other one can"
    done = shop("up", "--remove-orphans", *WAIT)
    assert done.code == 0, done.err
    assert shop.weights() == []
    assert shop.service("shop-web")["status"] != "ACTIVE"
    assert shop("plan").code == 0


def test_rules_exchange_their_numbers(shop: Moving) -> None:
    first, second = "{path: /web, priority: 100}", "{path: /api, priority: 101}"
    shop.files(web=first, api=second)
    shop.up()
    shop.files(web="{path: /web, priority: 101}", api="{path: /api, priority: 100}")
    planned = shop("plan")
    assert planned.out.count("~ deploy stack") == 2
    assert "(first, as rules exchange their numbers)" in planned.out
    shop.up()
    numbers = {
        id_: one["Properties"]["Priority"]
        for id_, one in shop.template()["Resources"].items()
        if one["Type"].endswith("::ListenerRule")
    }
    assert numbers == {"RuleWeb1": 101, "RuleApi1": 100}
    # a number that a rule has which goes away in the same change
    shop.files(web="false", api="{path: /api, priority: 101}", layout="services")
    shop.up()
    assert shop.template()["Resources"]["RuleApi1"]["Properties"]["Priority"] == 101
    assert shop("plan").code == 0


def test_a_gap_is_agreed_to(shop: Moving) -> None:
    shop.behind_port(80, '["8080:80"]', "task")
    assert shop("service", "up", *WAIT).code == 0
    shop.behind_port(443, '["8080:443"]', "task")
    asked = shop("service", "up", *WAIT)
    assert asked.code != 0
    assert shop.groups_of_service("shop") == [80]
    planned = shop("service", "plan")
    assert "with a gap: the old target group needs web:80" in planned.out
    done = shop("service", "up", "--yes", *WAIT)
    assert done.code == 0, done.err
    assert "web: requests fail for a moment" in done.err
    assert (shop.groups_of_service("shop"), shop.weights()) == ([443], [])
    assert shop("service", "plan").code == 0


def test_a_balancer_that_was_deleted_by_hand_is_made_anew(shop: Moving) -> None:
    shop.behind_port(80)
    shop.up()
    there = shop("up", "--recreate-balancer", *WAIT)
    assert there.code == 2
    assert "--recreate-balancer: no load balancer of shop was deleted" in there.err
    elb, host = shop.client("elbv2"), shop.outputs()["LoadBalancerDns"]
    [balancer] = elb.describe_load_balancers()["LoadBalancers"]
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    done = shop("up", "--recreate-balancer", *WAIT)
    assert done.code == 0, done.err
    assert shop.outputs()["LoadBalancerDns"] != host
    assert "LoadBalancer2" in shop.template()["Resources"]
    assert "LoadBalancer" not in shop.template()["Resources"]
    assert shop("plan").code == 0, "it keeps its name"
