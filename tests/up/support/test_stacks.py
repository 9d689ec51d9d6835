"""The support stack in two steps, additions before the services and removals after them: pure."""

import json
from typing import Any

import pytest

from ecscli.base.balanced import BalancedPort
from ecscli.base.errors import AccessError, InputError
from ecscli.base.records import replace
from ecscli.support.balancer.model import WantedBalancer
from ecscli.support.balancer.part import balancer_part
from ecscli.support.names import stack_tags
from ecscli.support.parts import Part, joined
from ecscli.support.reads import Reads
from ecscli.support.role import role_part
from ecscli.support.template import compact_body, readable_body
from ecscli.up import diff
from ecscli.up.model import DeleteStack, DeployStack, Plan, Ref
from ecscli.up.service.names import Names
from ecscli.up.stack.model import Stack
from ecscli.up.support.live import LiveSupport
from ecscli.up.support.stacks import (
    AFTER,
    BEFORE,
    PlannedStack,
    WantedStack,
    output_of,
    plan_release,
    plan_retreat,
    plan_stack,
)
from tests.support.balancer.test_joined import on
from tests.support.balancer.test_names import WITH_TLS, named
from tests.support.balancer.test_part import SHOP, wanted

NAMES = Names("shop", "demo")
STACK = "ecscli-demo-shop"
NONE = LiveSupport()


def group(name: str) -> Part:
    body = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": name}}
    return Part({name: body}, {name: {"Value": {"Ref": name}}})


def live(*parts: Part, **outputs: str) -> LiveSupport:
    tags = stack_tags("demo", "shop")
    stack = Stack("id", STACK, "CREATE_COMPLETE", outputs=outputs, tags=tags)
    return LiveSupport(stack, compact_body(joined(parts)))


def service(*groups: str) -> dict[str, Any]:
    return {"networkConfiguration": {"awsvpcConfiguration": {"securityGroups": list(groups)}}}


def planned(found: LiveSupport, *parts: Part, users: tuple[Any, ...] = ()) -> PlannedStack:
    return plan_stack(WantedStack(NAMES, parts, users), found)


def resources(plan: Plan) -> list[str]:
    [action] = plan.actions
    assert isinstance(action, DeployStack)
    return list(json.loads(str(action.request["TemplateBody"]))["Resources"])


def test_nothing_needed_is_no_stack() -> None:
    assert planned(NONE) == PlannedStack()


def test_what_is_needed_is_made_before_the_services_without_consent_where_there_is_no_role() -> (
    None
):
    found = planned(NONE, group("A"))
    assert resources(found.before) == ["A"]
    assert not found.after
    [action] = found.before.actions
    assert action.request["Capabilities"] == []
    assert list(diff.lines(found.before)) == [
        f"+ deploy stack {STACK} ({BEFORE})",
        "    + A: AWS::EC2::SecurityGroup",
    ]
    with_role = planned(NONE, role_part(Reads()), group("A"))
    assert with_role.before.actions[0].request["Capabilities"] == ["CAPABILITY_IAM"]


def test_what_is_there_is_no_change() -> None:
    assert not planned(live(group("A"), A="sg-1"), group("A"))


def test_what_nothing_uses_goes_after_the_services() -> None:
    found = planned(live(group("A"), group("B"), A="sg-1", B="sg-2"), group("A"))
    assert not found.before
    assert resources(found.after) == ["A"]
    assert list(diff.lines(found.after)) == [
        f"~ deploy stack {STACK} ({AFTER})",
        "    - B: AWS::EC2::SecurityGroup",
    ]
    assert diff.document(found.after)["actions"][0]["phase"] == AFTER


def test_what_is_new_comes_before_and_what_is_old_goes_after() -> None:
    found = planned(live(group("Old"), Old="sg-1"), group("New"))
    assert resources(found.before) == ["Old", "New"]
    assert resources(found.after) == ["New"]
    shown = list(diff.lines(found.after))
    assert shown[1:] == ["    - Old: AWS::EC2::SecurityGroup"]


def test_what_a_service_uses_that_no_file_has_stays() -> None:
    found = live(group("A"), group("B"), A="sg-1", B="sg-2")
    assert not planned(found, group("A"), users=(service("sg-2"),))
    assert planned(found, group("A"), users=(service("sg-1"),)).after


def test_an_empty_stack_is_deleted_after_the_services() -> None:
    found = planned(live(group("A"), A="sg-1"))
    assert not found.before
    [action] = found.after.actions
    assert action == DeleteStack({"StackName": STACK}, AFTER)


def test_the_role_stays_whatever_form_its_template_has() -> None:
    found = live(A="arn")
    yaml = LiveSupport(found.stack, readable_body(role_part(Reads(("db",)))))
    assert not planned(yaml)
    assert resources(planned(yaml, group("A")).before) == ["ExecutionRole", "A"]


def test_a_stack_of_somebody_else_is_never_touched() -> None:
    theirs = LiveSupport(Stack("id", STACK, "CREATE_COMPLETE"), compact_body(group("A")))
    assert planned(theirs) == PlannedStack()
    with pytest.raises(InputError, match="has no tag of a project, not to project shop"):
        planned(theirs, group("A"))


def test_a_stack_that_may_not_be_read_matters_only_where_one_is_needed() -> None:
    denied = LiveSupport(denied=AccessError("you may not"))
    assert not planned(denied)
    with pytest.raises(AccessError, match="you may not"):
        planned(denied, group("A"))


def test_an_output_is_a_placeholder_until_it_is_known() -> None:
    assert output_of("A", NAMES, NONE) == Ref(f"{STACK}.A", f"{STACK}.A")
    assert output_of("A", NAMES, live(group("A"), A="sg-1")) == "sg-1"


def test_a_rule_that_the_files_no_longer_have_goes_though_its_group_is_used() -> None:
    rule = {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"GroupId": {"Ref": "A"}}}
    found = planned(
        live(group("A"), Part({"Rule": rule}), A="sg-1"), group("A"), users=(service("sg-1"),)
    )
    assert not found.before
    assert resources(found.after) == ["A"]


def test_services_that_go_release_what_nobody_else_uses() -> None:
    found = live(group("Front"), group("Back"), group("Unused"), Front="sg-1", Back="sg-2")
    planned = plan_release(NAMES, found, [service("sg-1", "sg-2")], [service("sg-1")])
    assert planned.released == ("sg-2",)
    assert resources(planned.after) == ["Front", "Unused"]
    assert not plan_release(NAMES, found, [service("sg-1")], [service("sg-1")])
    assert not plan_release(NAMES, NONE, [service("sg-1")], [])


def test_who_leaves_the_layout_keeps_file_systems_with_those_who_reach_them() -> None:
    def resource(kind: str, **properties: Any) -> dict[str, Any]:
        return {"Type": f"AWS::{kind}", "Properties": properties}

    def rule(source: Any) -> dict[str, Any]:
        ports = {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049}
        group = {"Fn::GetAtt": ["Mounts", "GroupId"]}
        name = "EC2::SecurityGroupIngress"
        return resource(name, GroupId=group, SourceSecurityGroupId=source, **ports)

    storage = {
        "FileSystem": resource("EFS::FileSystem", Encrypted=True),
        "Mounts": resource("EC2::SecurityGroup", VpcId="vpc-1"),
        "Target": resource(
            "EFS::MountTarget",
            FileSystemId={"Ref": "FileSystem"},
            SecurityGroups=[{"Fn::GetAtt": ["Mounts", "GroupId"]}],
        ),
        "OfCluster": rule("sg-9"),
        "OfNetwork": rule({"Ref": "A"}),
    }
    whole = (group("A"), Part(storage, {"FileSystem": {"Value": {"Ref": "FileSystem"}}}))
    found = plan_retreat(NAMES, live(*whole, A="sg-1", FileSystem="fs-1"), [service("sg-9")])
    assert set(resources(found.after)) == {"FileSystem", "Mounts", "Target", "OfCluster"}
    assert found.released == ("sg-1",)
    assert not plan_retreat(NAMES, live(*whole, A="sg-1", FileSystem="fs-1"), [service("sg-1")])
    (action,) = plan_retreat(NAMES, live(group("A"), A="sg-1"), []).after.actions
    assert isinstance(action, DeleteStack)
    assert plan_retreat(NAMES, NONE, []) == PlannedStack()


def test_names_that_go_are_waited_for() -> None:
    arn = "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-1"
    found = live(group("A"), group("RegistryDb"), A="sg-1", RegistryDb=arn)
    assert planned(found).released == ("sg-1", arn)
    assert planned(found, group("A")).released == (arn,)


# ------------------------------------------------------------- what requests need on their way

API = BalancedPort("api", 8000, 443, hosts=("api.example.com",), paths=("/api",))
WEB_PORT = BalancedPort("web", 80)
PATH_PORT = BalancedPort("api", 8000, paths=("/api",))
BALANCERS = {
    "bridge": wanted(WEB_PORT, PATH_PORT, mode="bridge", instances="sg-9"),
    "certificates": wanted(SHOP, API, certificates=("arn:1", "arn:2")),
    "records": named(wanted(SHOP, API, certificates=("arn:1",))),
    "shared": named(on(WITH_TLS, SHOP, API, mode="bridge")),
    "given": on(
        replace(
            WITH_TLS,
            listeners=(replace(WITH_TLS.listeners[0], certificates=("arn:1",)),),
        ),
        SHOP,
        API,
        mode="bridge",
    ),
}


def behind(balancer: WantedBalancer) -> tuple[Part, LiveSupport, dict[str, dict[str, Any]]]:
    """The part, the stack with it, and the services behind it."""
    part = balancer_part(balancer)
    found = live(part, **{name: f"arn:{name}" for name in part.outputs})
    outputs = {
        one.service: name
        for one, name in zip(
            balancer.all_ports,
            [n for n in part.outputs if n.startswith("TargetGroup")],
            strict=True,
        )
    }
    services = {
        name: {"loadBalancers": [{"targetGroupArn": f"arn:{output}"}]}
        for name, output in outputs.items()
    }
    return part, found, services


def of_service(name: str, part: Part) -> set[str]:
    """The target group of a service and its rules."""
    title = name.capitalize()
    return {
        id_ for id_ in part.resources if id_.startswith((f"TargetGroup{title}", f"Rule{title}"))
    }


def template(plan: Plan) -> dict[str, Any]:
    [action] = plan.actions
    assert isinstance(action, DeployStack)
    found: dict[str, Any] = json.loads(str(action.request["TemplateBody"]))
    return found


@pytest.mark.parametrize("name", BALANCERS)
def test_a_service_that_goes_leaves_the_way_to_the_others_open(name: str) -> None:
    part, found, services = behind(BALANCERS[name])
    planned = plan_release(NAMES, found, [services["api"]], [services["web"]])
    left = template(planned.after)
    assert set(left["Resources"]) == part.resources.keys() - of_service("api", part)
    assert part.outputs.keys() - left["Outputs"].keys() == {
        output for output in part.outputs if output.startswith("TargetGroupApi")
    }


@pytest.mark.parametrize("name", BALANCERS)
@pytest.mark.parametrize("is_switch", [True, False])
def test_who_stays_behind_a_balancer_keeps_the_whole_way(name: str, is_switch: bool) -> None:
    part, found, services = behind(BALANCERS[name])
    users = (services["web"],)
    planned = (
        plan_retreat(NAMES, found, users)
        if is_switch
        else plan_stack(WantedStack(NAMES, (), users), found)
    )
    left = template(planned.after)
    assert set(left["Resources"]) == part.resources.keys() - of_service("api", part)
    assert part.outputs.keys() - left["Outputs"].keys() == {
        output for output in part.outputs if output.startswith("TargetGroupApi")
    }
    nobody = plan_retreat(NAMES, found, []) if is_switch else plan_stack(WantedStack(NAMES), found)
    [action] = nobody.after.actions
    assert isinstance(action, DeleteStack)
