"""What the panels of the screens read and show: each against the sandbox once, and its rules on
documents of AWS."""

import base64
import gzip
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.session import Session

import ecscli.console.screens as package
from ecscli.base.errors import AccessError, InputError
from ecscli.console.api import Api
from ecscli.console.policy import READS
from ecscli.console.screens.balancers import listener_document
from ecscli.console.screens.clusters import schedule_document
from ecscli.console.screens.definitions import definition_document, difference_lines
from ecscli.console.screens.instances import decoded, reserved_ports
from ecscli.console.screens.masking import masked_script
from ecscli.console.screens.metrics import OF_SERVICE, series
from ecscli.console.screens.services import deployment_document, scaling_document
from ecscli.console.screens.table import PANELS
from ecscli.console.screens.tasks import container_document
from ecscli.up.tasks.addresses import Address
from tests.conftest import Cli
from tests.console.world import DENIED, LINES, Names, make, refuse
from tests.copies import Copies
from tests.up.snapshot.test_read import World


@pytest.fixture
def world(sandbox: Cli, copies: Copies) -> World:
    found = World(sandbox, copies)
    copies.serve_made("the console's region", lambda: make(found))
    return found


Ask = Callable[..., Any]
OF_MACHINES = ("instance/user-data", "instance/role", "instance/agent")


@pytest.fixture
def names(world: World) -> Names:
    return Names(world)


@pytest.fixture
def ask(world: World, names: Names) -> Ask:
    """A panel of the screens of this region."""
    api = Api(world.aws)

    def answer(path: str, **given: str) -> Any:
        query = {"cluster": "demo", "service": "web", "stack": "shop", "balancer": "front"}
        query["instance"] = names.machine if path in OF_MACHINES else names.instance
        query |= {"task": names.task, "family": "web"}
        return PANELS[f"/api/{path}"](api, {**query, **given})

    return answer


def test_panels_of_a_cluster(ask: Ask) -> None:
    assert ask("usage", clusters="demo")["demo"]["memory"]["free"] > 0
    assert ask("cluster")["tags"] == [{"name": "team", "value": "shop"}]
    assert [one["name"] for one in ask("cluster/capacity")] == ["FARGATE"]
    (rule,), (schedule,) = ask("cluster/rules"), ask("cluster/schedules")
    assert (rule["schedule"], rule["taskDefinition"]) == ("cron(0 3 * * ? *)", "web:2")
    assert (schedule["name"], schedule["schedule"]) == ("hourly", "rate(1 hour)")
    assert {one["name"] for one in ask("metrics")} == set(OF_SERVICE)


def test_panels_of_an_instance(ask: Ask) -> None:
    instance = ask("instance")
    assert {"name": "ecs.instance-type", "value": "t3.large"} in instance["attributes"]
    assert "22/tcp" in instance["reservedPorts"]
    assert len(instance["takenPorts"]) == len(instance["reservedPorts"]) + 2
    assert "DB_PASSWORD=***" in ask("instance/user-data")["text"]
    (role,) = ask("instance/role")["roles"]
    assert (role["name"], role["inlinePolicies"]) == ("node", ["own"])
    assert role["policies"][0]["name"] == "AmazonEC2ContainerServiceforEC2Role"
    assert len(ask("instance/agent")["tasks"]["Tasks"]) == 2


def test_panels_of_a_service(ask: Ask, names: Names) -> None:
    service = ask("service")
    assert service["taskDefinition"] == "web:1"
    assert service["loadBalancers"][0]["targetGroup"] == "web"
    assert any("has reached a steady state" in one["message"] for one in service["events"])
    assert len(ask("service/balancing")["targets"]) == 2
    scaling = ask("service/scaling")
    assert (scaling["target"]["maxCapacity"], scaling["policies"][0]["targetValue"]) == (6, 60.0)
    (deployment,) = ask("service/deployments")
    assert (deployment["id"], deployment["target"]["taskDefinition"]) == (names.deployment, "web:1")


def test_panels_of_tasks(ask: Ask) -> None:
    assert ask("tasks", status="STOPPED") == []
    (container,) = ask("task")["containers"]
    assert container["environment"] == [{"name": "DB_PASSWORD", "value": "***"}]
    assert container["ports"][0]["url"].startswith("http://")
    lines = ask("task/logs")["lines"]
    assert [one["message"] for one in lines] == list(LINES)
    assert ask("task/logs", after=str(lines[-1]["at"]))["lines"] == []
    with pytest.raises(InputError, match="is not a status"):
        ask("tasks", status="PENDING")


def test_panels_of_task_definitions(ask: Ask) -> None:
    assert ask("definitions") == [{"family": "web", "status": "ACTIVE"}]
    assert [one["revision"] for one in ask("definitions/revisions")] == [2, 1]
    assert "hunter2" not in str(ask("definition", definition="web:1"))
    assert ask("definition/difference", **{"from": "web:1", "to": "web:2"})["lines"] == [
        "- containerDefinitions[app].image: nginx:1.27",
        "+ containerDefinitions[app].image: nginx:1.29",
    ]


def test_panels_of_stacks_and_balancers(ask: Ask) -> None:
    assert [one["stackName"] for one in ask("stacks")] == ["shop"]
    assert ask("stack")["outputs"][0]["value"] == "shop"
    assert ask("stack/resources")[0]["type"] == "AWS::Logs::LogGroup"
    assert ask("stack/events")[0]["status"] == "CREATE_COMPLETE"
    assert [one["name"] for one in ask("balancers")] == ["front"]
    assert ask("balancer")["scheme"] == "internet-facing"
    (listener,) = ask("balancer/listeners")
    assert [one["priority"] for one in listener["rules"]] == ["3", "20", "default"]
    assert listener["rules"][1]["conditions"] == ["path-pattern /api/*"]
    assert len(ask("balancer/targets")[0]["targets"]) == 2


def test_what_is_not_there_and_what_may_not_be_read(world: World, ask: Ask, names: Names) -> None:
    for path, given in MISSING.items():
        with pytest.raises(InputError, match=r"there is no|cluster nope"):
            ask(path, **given)
    refuse(world, "iam:*", DENIED)
    with pytest.raises(AccessError, match="iam:GetInstanceProfile"):
        ask("instance/role")
    assert ask("instance")["id"] == names.instance


def test_every_panel_is_asked_in_a_test() -> None:
    text = Path(__file__).read_text()
    assert [path for path in PANELS if f'ask("{path.removeprefix("/api/")}"' not in text] == []


MISSING: dict[str, dict[str, str]] = {
    "cluster": {"cluster": "nope"},
    "instance": {"instance": "0" * 32},
    "service": {"service": "nope"},
    "task": {"task": "0" * 32},
    "definition": {"definition": "nope:1"},
    "stack": {"stack": "nope"},
    "balancer": {"balancer": "nope"},
}


def test_the_policy_has_every_call_of_the_panels() -> None:
    allowed = {f"{service}:{one}" for service, ones in READS.items() for one in ones}
    pattern = re.compile(r'"([a-z0-9-]+)",\s*"([a-z]+(?:_[a-z0-9]+)+)"')
    texts = [file.read_text() for file in Path(*package.__path__).glob("*.py")]
    calls = {pair for text in texts for pair in pattern.findall(text)}
    assert len(calls) > 25
    for service, operation in calls:
        model = Session().get_service_model(service)
        (name,) = [one for one in model.operation_names if xform_name(one) == operation]
        prefix = "elasticloadbalancing" if service == "elbv2" else service
        assert f"{prefix}:{name}" in allowed


@pytest.mark.parametrize(
    ("script", "secret"),
    [
        ("export DB_PASSWORD=hunter2", "hunter2"),
        ("export DB_PASSWORD='hunter 2'; run", "hunter 2"),
        ("mysql --password hunter2 -e 1", "hunter2"),
        ("mysql --password=hunter2", "hunter2"),
        ('ECS_ENGINE_AUTH_DATA={"https://r": {"password": "hunter2"}}', "hunter2"),
        ('{"apiKey": "hunter2", "name": "x"}', "hunter2"),
        ("api_key: hunter2", "hunter2"),
        ("curl -H 'Authorization: Bearer hunter2' https://x", "hunter2"),
        ("git clone https://me:hunter2@example.com/x", "hunter2"),
        ("-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----", "hunter2"),
        ("-----BEGIN PRIVATE KEY-----\nhunter2", "hunter2"),
        ("AWS_SECRET_ACCESS_KEY=hunter2", "hunter2"),
        ("GITHUB_TOKEN=hunter2", "hunter2"),
    ],
)
def test_secrets_of_scripts_are_hidden(script: str, secret: str) -> None:
    assert secret in script
    assert secret not in masked_script(script)
    assert "***" in masked_script(script)


def test_the_rest_of_a_script_stays() -> None:
    script = "#!/bin/bash\necho ECS_CLUSTER=demo >> /etc/ecs/ecs.config\nyum install -y jq\n"
    assert masked_script(script) == script


def test_user_data_is_decoded() -> None:
    text = "#!/bin/bash\necho ok\n"
    assert decoded(base64.b64encode(text.encode()).decode()) == text
    assert decoded(base64.b64encode(gzip.compress(text.encode())).decode()) == text
    assert decoded("no base64!") == "no base64!"
    assert decoded(base64.b64encode(b"\x1f\x8bbroken").decode()) != ""
    bomb = base64.b64encode(gzip.compress(b"0" * (8 << 20))).decode()
    assert len(decoded(bomb)) <= 1 << 20


def test_reserved_ports_are_in_their_order() -> None:
    resources = [
        {"name": "PORTS", "stringSetValue": ["2375", "22", "51678"]},
        {"name": "PORTS_UDP", "stringSetValue": ["53"]},
        {"name": "CPU", "integerValue": 2048},
    ]
    assert list(reserved_ports(resources)) == ["22/tcp", "2375/tcp", "51678/tcp", "53/udp"]


def test_traffic_and_stage_of_a_blue_green_deployment() -> None:
    now = datetime(2026, 11, 28, tzinfo=UTC)
    row = {
        "serviceDeploymentArn": "arn:aws:ecs:r:1:service-deployment/demo/web/abc",
        "status": "IN_PROGRESS",
        "lifecycleStage": "TEST_TRAFFIC_SHIFT",
        "createdAt": now,
        "deploymentConfiguration": {"strategy": "BLUE_GREEN"},
        "targetServiceRevision": {"arn": "new", "requestedProductionTrafficWeight": 0.0},
        "sourceServiceRevisions": [{"arn": "old", "requestedProductionTrafficWeight": 100.0}],
        "rollback": {"reason": "an alarm"},
    }
    found = deployment_document(row, {"new": "web:2", "old": "web:1"})
    assert (found["id"], found["strategy"]) == ("abc", "BLUE_GREEN")
    assert (found["lifecycleStage"], found["rollbackReason"]) == ("TEST_TRAFFIC_SHIFT", "an alarm")
    assert found["target"]["productionTrafficWeight"] == 0.0
    assert found["sources"][0]["taskDefinition"] == "web:1"


def test_a_service_without_scaling_has_no_target() -> None:
    assert scaling_document([], [], []) == {"target": None, "policies": [], "scheduledActions": []}
    suspended = {"MinCapacity": 1, "SuspendedState": {"DynamicScalingInSuspended": True}}
    found = scaling_document([suspended], [], [{"ScheduledActionName": "night", "Schedule": "x"}])
    assert found["target"]["suspended"] == ["DynamicScalingInSuspended"]
    assert found["scheduledActions"][0]["name"] == "night"


def test_points_of_a_metric_are_in_the_order_of_time() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    row = {"Id": "cpuutilization", "Timestamps": [late, early], "Values": [2.0, 1.234]}
    found = series(row, OF_SERVICE)
    assert found["points"] == [[early, 1.23], [late, 2.0]]


def test_a_schedule_names_its_time_zone() -> None:
    row = {"Name": "a", "ScheduleExpression": "rate(1 day)", "State": "ENABLED"}
    assert (
        schedule_document({**row, "ScheduleExpressionTimezone": "UTC"})["schedule"] == "rate(1 day)"
    )
    zone = {**row, "ScheduleExpressionTimezone": "Europe/Berlin"}
    assert schedule_document(zone)["schedule"] == "rate(1 day) Europe/Berlin"


def test_rules_are_said_in_words() -> None:
    group = "arn:aws:elasticloadbalancing:r:1:targetgroup/{}/0"
    several = {"TargetGroups": [{"TargetGroupArn": group.format(n), "Weight": n} for n in (1, 9)]}
    redirect = {"Protocol": "HTTPS", "Host": "#{host}", "Port": "443", "Path": "/#{path}"}
    rules = [
        {"Priority": "default", "Actions": [{"Type": "fixed-response"}]},
        {
            "Priority": "10",
            "Conditions": [
                {"Field": "host-header", "Values": ["a.example", "b.example"]},
                {
                    "Field": "http-header",
                    "HttpHeaderConfig": {"HttpHeaderName": "X-A", "Values": ["1"]},
                },
                {"Field": "query-string", "QueryStringConfig": {"Values": [{"Value": "x"}]}},
            ],
            "Actions": [{"Type": "forward", "ForwardConfig": several}],
        },
        {
            "Priority": "9",
            "Actions": [
                {"Type": "redirect", "RedirectConfig": {**redirect, "StatusCode": "HTTP_301"}}
            ],
        },
    ]
    first, second, last = listener_document({"Port": 80, "Protocol": "HTTP"}, rules)["rules"]
    assert first["actions"] == ["redirect to HTTPS://#{host}:443/#{path} (HTTP_301)"]
    assert second["conditions"] == [
        "host-header a.example or b.example",
        "http-header X-A: 1",
        "query-string =x",
    ]
    assert second["actions"] == ["forward to 1 (1), 9 (9)"]
    assert last["priority"] == "default"


def test_values_that_may_be_secrets_are_no_part_of_a_definition_or_a_difference() -> None:
    def answer(value: str) -> dict[str, Any]:
        container = {
            "name": "app",
            "image": "nginx",
            "environment": [{"name": "DB_PASSWORD", "value": value}],
            "logConfiguration": {
                "logDriver": "splunk",
                "options": {"splunk-token": value, "awslogs-group": "open"},
            },
        }
        return {"taskDefinition": {"family": "a", "containerDefinitions": [container]}}

    found = definition_document(answer("hunter2"))
    assert "hunter2" not in str(found)
    assert "DB_PASSWORD" in str(found)
    assert "open" in str(found)
    lines = difference_lines(answer("hunter2"), answer("hunter3"))
    assert "hunter" not in str(lines)
    assert any("DB_PASSWORD" in line and line.startswith("~") for line in lines)


def test_a_port_is_a_link_only_where_a_browser_can_open_it() -> None:
    ends = [Address("db", "10.0.0.1", 3306, 3306), Address("db", "", 80, 80)]
    found = container_document({"name": "db"}, {}, ends)
    assert [one["url"] for one in found["ports"]] == [None, None]
    page = container_document({"name": "db"}, {}, [Address("db", "10.0.0.1", 32768, 80)])
    assert page["ports"][0]["url"] == "http://10.0.0.1:32768"
