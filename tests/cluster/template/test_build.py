"""Templates: kept as golden files over every pair of options, accepted by cfn-lint, the same at
every run."""

from pathlib import Path
from typing import Any

import pytest

from ecscli.base.system import resources
from ecscli.base.yaml import cfn
from ecscli.cluster.model import Existing, StackSpec
from ecscli.cluster.read.spec import build_spec
from ecscli.cluster.template import build
from tests.cluster import matrix
from tests.lint import lint

CASES = list(matrix.cases())


def test_every_pair_of_options_occurs() -> None:
    sizes = {name: len(options) for name, options in matrix.FACTORS.items()}
    rows = matrix.pairwise(sizes)
    names = list(sizes)
    for at, a in enumerate(names):
        for b in names[at + 1 :]:
            assert {(row[a], row[b]) for row in rows} == {
                (i, j) for i in range(sizes[a]) for j in range(sizes[b])
            }


def test_golden_files_are_those_of_the_cases() -> None:
    assert {path.stem for path in matrix.GOLDEN.glob("*.yaml")} == {name for name, _, _ in CASES}


@pytest.mark.parametrize(
    ("name", "launch_type", "document"), CASES, ids=[case[0] for case in CASES]
)
def test_the_template_is_the_golden_one(
    name: str, launch_type: str, document: dict[str, Any]
) -> None:
    made = matrix.text(matrix.stack(launch_type, document))
    assert made == (matrix.GOLDEN / f"{name}.yaml").read_text(encoding="utf-8"), (
        "python -m tests.cluster.matrix"
    )


@pytest.mark.long
@pytest.mark.parametrize(
    "path",
    [resources.find(build.TEMPLATE), *sorted(matrix.GOLDEN.glob("*.yaml"))],
    ids=lambda path: path.stem,
)
def test_cfn_lint_has_nothing_to_say(path: Path) -> None:
    assert lint(path.read_text(encoding="utf-8"), "us-east-1") == []


@pytest.mark.long
def test_cfn_lint_finds_a_mistake_after_many_sound_templates() -> None:
    text = resources.read(build.TEMPLATE)
    assert (
        lint(
            text.replace("Type: AWS::EC2::InternetGateway", "Type: AWS::EC2::Gateway"), "us-east-1"
        )
        != []
    )
    assert lint(text, "us-east-1") == []


def test_what_is_written_is_read_back() -> None:
    tree = cfn.parse(resources.read(build.TEMPLATE))
    assert cfn.parse(cfn.dump(tree)) == tree


def made(document: dict[str, Any], launch_type: str = "EC2") -> StackSpec:
    return matrix.stack(launch_type, document)


def resource(stack: StackSpec, name: str) -> Any:
    return cfn.parse(stack.template_body)["Resources"][name]


def test_the_names_are_those_of_the_original() -> None:
    """So that its stacks can be taken over in place."""
    tree = cfn.parse(resources.read(build.TEMPLATE))
    assert set(tree["Resources"]) >= {
        *("Vpc", "PubSubnetAz1", "PubSubnetAz2", "InternetGateway", "AttachGateway", "RouteViaIgw"),
        *(
            "PublicRouteViaIgw",
            "PubSubnet1RouteTableAssociation",
            "PubSubnet2RouteTableAssociation",
        ),
        *("EcsSecurityGroup", "EcsInstanceRole", "EcsInstanceProfile", "EcsInstanceAsg"),
    }
    assert set(tree["Parameters"]) >= {
        *(
            "EcsAmiId",
            "EcsInstanceType",
            "SpotPrice",
            "KeyName",
            "VpcId",
            "SubnetIds",
            "AsgMaxSize",
        ),
        *(
            "SecurityGroupIds",
            "SourceCidr",
            "EcsPort",
            "VpcAvailabilityZones",
            "AssociatePublicIpAddress",
        ),
        *("EcsCluster", "InstanceRole", "IsFargate"),
    }


def test_instances_require_imdsv2_and_containers_reach_it() -> None:
    data = resource(made({}), "EcsInstanceLaunchTemplate")["Properties"]["LaunchTemplateData"]
    assert data["MetadataOptions"] == {
        "HttpEndpoint": "enabled",
        "HttpTokens": "required",
        "HttpPutResponseHopLimit": 2,
    }


@pytest.mark.parametrize(
    ("instance_type", "path"),
    [
        ("t3.micro", "amazon-linux-2023"),
        ("m6g.metal", "amazon-linux-2023/arm64"),
        ("t4g.nano", "amazon-linux-2023/arm64"),
        ("c6gn.large", "amazon-linux-2023/arm64"),
        ("im4gn.large", "amazon-linux-2023/arm64"),
        ("x2gd.medium", "amazon-linux-2023/arm64"),
        ("a1.medium", "amazon-linux-2023/arm64"),
        ("r8gb.large", "amazon-linux-2023/arm64"),
        ("g4dn.xlarge", "amazon-linux-2023/gpu"),
        ("g4ad.xlarge", "amazon-linux-2023/gpu"),
        ("p5.48xlarge", "amazon-linux-2023/gpu"),
        ("gr6.4xlarge", "amazon-linux-2023/gpu"),
        ("inf2.xlarge", "amazon-linux-2023/neuron"),
        ("c5n.large", "amazon-linux-2023"),
        ("m7i-flex.large", "amazon-linux-2023"),
    ],
)
def test_the_image_fits_the_instance_type(instance_type: str, path: str) -> None:
    stack = made({"capacity": {"instance-types": instance_type}})
    expected = f"resolve:ssm:/aws/service/ecs/optimized-ami/{path}/recommended/image_id"
    assert stack.parameters["EcsAmiId"] == expected


def test_user_data_is_in_the_template_not_in_a_parameter() -> None:
    """Parameters hold 4,096 bytes; user data may have sixteen thousand."""
    long = "#!/bin/sh\n" + "# comment\n" * 1200
    stack = made({"capacity": {"user-data": [{"content": long}]}})
    data = resource(stack, "EcsInstanceLaunchTemplate")["Properties"]["LaunchTemplateData"]
    assert long in data["UserData"]["Fn::Base64"]
    assert max(map(len, stack.parameters.values())) < 200


def test_sizes_that_nobody_gave_stay_as_they_are() -> None:
    assert made({}).keep == {"AsgMinSize", "AsgMaxSize", "AsgDesiredSize"}
    assert made({"capacity": {"size": 2}}).keep == frozenset()


def test_the_document_is_kept_with_the_stack() -> None:
    document = {"capacity": {"size": 2, "key-pair": "ops"}, "tags": {"a": "b"}}
    assert build.document_of(made(document).template_body) == {"launch-type": "EC2", **document}
    assert build.document_of("Resources: {}") is None


def test_nothing_to_make_needs_no_stack() -> None:
    network = {**matrix.VPC, "security-groups": ["sg-12345678"]}
    assert not build.needs_stack(build_spec({"network": network}, "demo", "FARGATE"))
    assert build.needs_stack(build_spec({"network": network}, "demo", "EC2"))
    assert build.needs_stack(build_spec({}, "demo", "FARGATE"))


def test_a_name_tag_replaces_ours() -> None:
    assert [
        tag["Key"]
        for tag in resource(made({"tags": {"Name": "x"}}), "EcsInstanceAsg")["Properties"]["Tags"]
    ] == ["Name"]
    both = resource(made({"tags": {"team": "x"}}), "EcsInstanceAsg")["Properties"]["Tags"]
    assert [(tag["Key"], tag["PropagateAtLaunch"]) for tag in both] == [
        ("Name", True),
        ("team", True),
    ]


def data_of(document: dict[str, Any]) -> Any:
    return resource(made(document), "EcsInstanceLaunchTemplate")["Properties"]["LaunchTemplateData"]


def role_of(capacity: dict[str, Any]) -> Any:
    return resource(made({"capacity": capacity}), "EcsInstanceRole")["Properties"]


@pytest.mark.parametrize(
    ("volume", "encrypted"),
    [
        (None, True),
        ({"size": 50}, True),
        ({"encrypted": False}, False),
        ({"kms-key": "alias/x"}, True),
    ],
)
def test_the_root_volume_is_encrypted_unless_the_document_says_otherwise(
    volume: Any, encrypted: bool
) -> None:
    document = {"capacity": {"root-volume": volume}} if volume else {}
    (mapping,) = data_of(document)["BlockDeviceMappings"]
    assert (mapping["DeviceName"], mapping["Ebs"]["Encrypted"]) == ("/dev/xvda", encrypted)


def test_the_root_device_of_an_image_of_ones_own_is_the_one_that_was_looked_up() -> None:
    document = {"capacity": {"ami": "ami-0123456789abcdef0"}}
    assert "BlockDeviceMappings" not in data_of(document), (
        "a wrong name would keep instances from starting"
    )
    spec = build_spec(document, "demo")
    stack = build.stack_spec(spec, "s", Existing(root_device="/dev/sda1"))
    found = resource(stack, "EcsInstanceLaunchTemplate")["Properties"]["LaunchTemplateData"][
        "BlockDeviceMappings"
    ]
    assert [one["DeviceName"] for one in found] == ["/dev/sda1"]


def test_the_hop_limit_is_the_documents() -> None:
    assert (
        data_of({"capacity": {"imds-hop-limit": 1}})["MetadataOptions"]["HttpPutResponseHopLimit"]
        == 1
    )


def test_the_role_is_bounded_and_open_to_session_manager_where_that_is_wanted() -> None:
    assert "PermissionsBoundary" not in role_of({})
    assert len(role_of({})["ManagedPolicyArns"]) == 1
    arn = "arn:aws:iam::123456789012:policy/boundary"
    assert role_of({"permissions-boundary": arn})["PermissionsBoundary"] == arn
    assert (
        "AmazonSSMManagedInstanceCore"
        in role_of({"session-manager": True})["ManagedPolicyArns"][1].value
    )


def test_user_data_that_cloudformation_would_replace_is_nowhere_in_the_template_and_comes_back() -> (
    None
):
    content = "#!/bin/sh\necho {{resolve:ssm:/prod/password}}\n"
    document = {"capacity": {"user-data": [{"name": "setup.sh", "content": content}]}}
    stack = made(document)
    assert "resolve:ssm:/prod" not in stack.template_body
    assert build.document_of(stack.template_body) == {"launch-type": "EC2", **document}
