"""Our own comparison of two stacks says what CloudFormation says, as the sandbox computes it, for
pairs of clusters."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from ecscli.base.system import resources
from ecscli.cluster.model import StackSpec
from ecscli.cluster.template import evaluate
from ecscli.sandbox.stacks import kinds
from ecscli.sandbox.stacks import parameters as sandbox_parameters
from ecscli.sandbox.stacks.changes import Preview
from ecscli.sandbox.stacks.changes import changes as sandbox_changes
from ecscli.sandbox.stacks.evaluate import declared, lookup_in, scope_of, wanted
from ecscli.sandbox.stacks.model import Resource, Stack
from ecscli.sandbox.stacks.state import Stacks
from ecscli.sandbox.stacks.template import parse
from ecscli.sandbox.timeline import Timeline
from ecscli.up.stack.changes import compare, replacing
from ecscli.up.stack.model import Change
from tests.cluster import matrix
from tests.commands import original_stack

NAME, REGION = "amazon-ecs-cli-setup-demo", "us-east-1"
ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]
Spec = tuple[str, Mapping[str, str]]  # template and parameters


class Everything(dict[str, Any]):
    """The attributes of a resource that was never made: each has a value of its own."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def __contains__(self, attribute: object) -> bool:
        return True

    def __getitem__(self, attribute: str) -> str:
        return f"{self.name}.{attribute}"


@cache
def stacks() -> Stacks:
    found = Stacks("123456789012", REGION, Timeline(), lambda service: None)
    found._zones = ZONES
    return found


@cache
def parsed(text: str) -> dict[str, Any]:
    return parse(text)


def sandbox_stack(spec: Spec) -> tuple[Stack, Any]:
    """The stack as the sandbox would have made it, without the resources themselves; and its
    parameters' values."""
    document = parsed(spec[0])
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in spec[1].items()]
    values = sandbox_parameters.evaluate(document, given, {}, lambda name: name)
    stack = Stack(NAME, "arn:stack", 0.0, document=document, values=values)
    scope = scope_of(stacks(), stack, document, values, lookup_in(stack))
    for name, one in wanted(scope).items():
        made = kinds.Made(f"id-of-{name}", Everything(name))
        stack.resources[name] = Resource(name, one["Type"], declared(one, scope), made)
    return stack, values


def theirs(before: Spec, after: Spec) -> dict[str, tuple[str, str]]:
    stack, _ = sandbox_stack(before)
    other, values = sandbox_stack(after)
    preview = Preview(stack)
    rows = sandbox_changes(
        stack, scope_of(stacks(), stack, other.document, values, preview), preview
    )
    found = [row["ResourceChange"] for row in rows]
    return {
        row["LogicalResourceId"]: (row["Action"], row.get("Replacement", "False")) for row in found
    }


@cache
def evaluated(text: str, parameters: tuple[tuple[str, str], ...]) -> evaluate.Template:
    pseudo = {"AWS::Region": REGION, "AWS::StackName": NAME}
    return evaluate.template(text, dict(parameters), pseudo, ZONES)


def compared(before: Spec, after: Spec) -> tuple[Change, ...]:
    left, right = (evaluated(text, tuple(values.items())) for text, values in (before, after))
    return compare.changes(left, right, {name: f"id-of-{name}" for name in left.resources})


def ours(before: Spec, after: Spec) -> dict[str, tuple[str, str]]:
    return {one.logical_id: (one.action, one.replacement) for one in compared(before, after)}


def stated(verdicts: dict[str, tuple[str, str]], before: Spec) -> dict[str, tuple[str, str]]:
    """Verdicts of which the sandbox says something: some types it replaces whatever changes, and
    what follows too."""
    types = {name: one["Type"] for name, one in parsed(before[0])["Resources"].items()}
    unknown = {name for name in verdicts if name in types and kinds.kind(types[name]).fixed is None}
    return {name: verdict for name, verdict in verdicts.items() if name not in unknown}


def spec(document: dict[str, Any], launch_type: str = "EC2") -> Spec:
    made: StackSpec = matrix.stack(launch_type, document, "/dev/xvda")
    return made.template_body, made.parameters


DOCUMENTS: dict[str, dict[str, Any]] = {
    f"{factor}-{name}": part
    for factor, options in matrix.FACTORS.items()
    for name, part in options
    if part
}
DOCUMENTS["default"] = {}
DOCUMENTS["cidr"] = {"network": {"cidr": "10.9.0.0/16"}}
DOCUMENTS["port"] = {"network": {"ingress": [{"port": 443}]}}
DOCUMENTS["per-zone"] = {"network": {"private-subnets": True, "nat": "per-zone"}}
DOCUMENTS["named-zones"] = {"network": {"zones": ["us-east-1c", "us-east-1b"]}}
DOCUMENTS["default-zones"] = {"network": {"zones": ["us-east-1a", "us-east-1b"]}}
CASES = {name: ("EC2", part) for name, part in DOCUMENTS.items()}
CASES |= {name: ("FARGATE", part) for name, part in matrix.FARGATE.items()}


@cache
def case(name: str) -> Spec:
    launch_type, document = CASES[name]
    return spec(document, launch_type)


@pytest.mark.parametrize("name", CASES)
def test_the_verdict_on_each_pair_of_clusters_is_cloudformations(name: str) -> None:
    before = case(name)
    for other in CASES:
        after = case(other)
        expected, found = stated(theirs(before, after), before), stated(ours(before, after), before)
        assert found == expected, f"{name} -> {other}"


def test_the_pairs_differ_in_every_way_that_there_is() -> None:
    """Else the test above would prove little."""
    seen = {
        verdict
        for name in ("cidr", "fargate")
        for verdict in ours(case("default"), case(name)).values()
    }
    assert seen == {
        ("Modify", "True"),
        ("Modify", "Conditional"),
        ("Modify", "False"),
        ("Remove", "False"),
    }


def touched(part: dict[str, Any], base: dict[str, Any] | None = None) -> dict[str, tuple[str, ...]]:
    """What changes where `part` is laid over `base`: the properties by resource."""
    before, after = spec(base or {}), spec(matrix.laid_over(base or {}, part))
    return {
        one.logical_id: tuple(name for name, _, _ in one.details) for one in compared(before, after)
    }


DATA = "Properties.LaunchTemplateData"
NEWER = {"EcsInstanceAsg": ("Properties.LaunchTemplate.Version",)}


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (
            {"capacity": {"size": 3}},
            {"EcsInstanceAsg": ("Properties.MaxSize", "Properties.DesiredCapacity")},
        ),
        (
            {"capacity": {"instance-types": "t3.large"}},
            {"EcsInstanceLaunchTemplate": (f"{DATA}.InstanceType",)} | NEWER,
        ),
        (
            {"capacity": {"ami": "ami-0123456789abcdef0"}},
            {"EcsInstanceLaunchTemplate": (f"{DATA}.ImageId",)} | NEWER,
        ),
        (
            {"capacity": {"key-pair": "ops"}},
            {"EcsInstanceLaunchTemplate": (f"{DATA}.KeyName",)} | NEWER,
        ),
        (
            {"capacity": {"spot": {"max-price": 0.1}}},
            {
                "EcsInstanceLaunchTemplate": (
                    f"{DATA}.InstanceMarketOptions.MarketType",
                    f"{DATA}.InstanceMarketOptions.SpotOptions.MaxPrice",
                    f"{DATA}.UserData",
                )
            }
            | NEWER,
        ),
        (
            {"network": {"ingress": [{"port": 443}]}},
            {
                "EcsSecurityGroup": (
                    "Properties.SecurityGroupIngress[0].FromPort",
                    "Properties.SecurityGroupIngress[0].ToPort",
                )
            },
        ),
        (
            {"capacity": {"instance-role": "machines"}},
            {"EcsInstanceProfile": ("Properties.Roles[0]",), "EcsInstanceRole": ()},
        ),
        ({"network": {"zones": ["us-east-1a", "us-east-1b"]}}, {}),
        ({"network": {"ingress": [{"port": 80, "cidr": "0.0.0.0/0"}]}}, {}),
    ],
)
def test_a_changed_parameter_touches_exactly_what_it_says(
    part: dict[str, Any], expected: dict[str, tuple[str, ...]]
) -> None:
    found = touched(part)
    assert {name: set(paths) for name, paths in found.items()} == {
        name: set(paths) for name, paths in expected.items()
    }


def test_what_a_value_was_and_will_be_is_said_but_for_user_data() -> None:
    script = {
        "user-data": [{"content": "#!/bin/sh\nPASSWORD=hunter2\n"}],
        "instance-types": "t3.large",
    }
    found = compared(spec({}), spec({"capacity": script}))
    details = {name: (before, after) for one in found for name, before, after in one.details}
    assert details[f"{DATA}.InstanceType"] == ("t3.micro", "t3.large")
    assert details[f"{DATA}.UserData"] == (None, None)
    version = "EcsInstanceLaunchTemplate.LatestVersionNumber"
    assert details["Properties.LaunchTemplate.Version"] == (f"<{version}>", f"<new {version}>")
    assert "hunter2" not in repr(found)


def test_nothing_to_compare_with_is_all_to_be_made() -> None:
    text, values = spec({})
    made = compare.changes(None, evaluate.template(text, values), {})
    assert {one.action for one in made} == {"Add"}
    names = {one.logical_id for one in made}
    assert {"Vpc", "EcsInstanceAsg"} <= names
    assert not names & {"NatGateway1", "EcsCapacityProvider"}, "their conditions do not hold"


def test_short_and_long_functions_json_and_yaml_are_one() -> None:
    import json

    text, values = spec(matrix.FACTORS["provider"][2][1])
    assert compared((text, values), (json.dumps(parse(text)), values)) == ()


def test_a_stack_of_the_original_is_compared_too() -> None:
    import json

    known = {
        "EcsCluster": "demo",
        "AsgMaxSize": "1",
        "EcsAmiId": "ami-1",
        "EcsInstanceType": "t3.micro",
    }
    before = (json.dumps(original_stack.template()), known)
    after = spec({})
    assert stated(ours(before, after), before) == stated(theirs(before, after), before)


def test_a_type_that_nobody_has_described_may_be_replaced() -> None:
    one, other = (
        f"Resources: {{X: {{Type: Custom::Thing, Properties: {{A: {value}}}}}}}" for value in (1, 2)
    )
    (change,) = compared((one, {}), (other, {}))
    assert change.replacement == "Conditional"


def made_properties() -> dict[str, set[str]]:
    """The properties that our templates set, by type."""
    found: dict[str, set[str]] = {}
    for path in (*matrix.GOLDEN.glob("*.yaml"), *resources.find("templates").glob("*.yaml")):
        for one in parse(path.read_text(encoding="utf-8"))["Resources"].values():
            found.setdefault(one["Type"], set()).update(one.get("Properties") or {})
    return found


def test_what_is_replaced_is_what_the_schemas_of_aws_say() -> None:
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    for kind, properties in made_properties().items():
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
        paths = [
            path.removeprefix("/properties/") for path in schema.get("createOnlyProperties") or ()
        ]
        fixed = {path.replace("/", ".") for path in paths if path.split("/")[0] in properties}
        ours_fixed = {
            name for name in replacing.REPLACING[kind] if name.split(".")[0] in properties
        }
        assert ours_fixed == fixed, kind


OF_SUPPORT = (
    *("EFS::FileSystem", "EFS::AccessPoint", "EFS::MountTarget", "Route53::RecordSet"),
    *("ElasticLoadBalancingV2::ListenerRule", "ElasticLoadBalancingV2::TargetGroup"),
)
IN_REFERENCE = {"Route53::RecordSet": {"Name"}}  # and not in the schema


@pytest.mark.parametrize("name", OF_SUPPORT)
def test_what_is_replaced_of_support_stacks_is_what_the_schemas_say(name: str) -> None:
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    kind = f"AWS::{name}"
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
    fixed = {path.split("/")[2] for path in schema["createOnlyProperties"]}
    assert replacing.REPLACING[kind] == fixed | IN_REFERENCE.get(name, set())
