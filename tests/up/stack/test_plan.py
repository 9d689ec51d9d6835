"""Pure decisions: what to call for a cluster, which parameters to change, what to refuse, what to
say."""

from typing import Any

import pytest

from ecscli.base.errors import Finding, InputError
from ecscli.base.keys.lookups import VpcResource
from ecscli.cluster.model import StackSpec
from ecscli.cluster.read import legacy
from ecscli.cluster.read.spec import build_spec
from ecscli.cluster.template import build
from ecscli.up.stack import change_sets, desired, plan, reasons, scaling
from ecscli.up.stack.changes import show
from ecscli.up.stack.model import Change, ChangeSet, LiveCluster, Stack
from ecscli.up.stack.preflight import lookup

ORIGINAL = "Resources: {EcsInstanceLc: {}, EcsInstanceAsg: {}}"
OURS = "Metadata: {ecscli: {document: {capacity: {size: 2, key-pair: k}}}}\nResources: {Vpc: {}}"
KNOWN = {
    "EcsCluster": "demo",
    "AsgMaxSize": "2",
    "AsgMinSize": "0",
    "AsgDesiredSize": "",
    "IsFargate": "false",
}


def stack(status: str = "CREATE_COMPLETE", **parameters: str) -> Stack:
    return Stack("arn:stack", "s", status, parameters=parameters or KNOWN)


def live(template: str = OURS, cluster: Any = None, **parameters: str) -> LiveCluster:
    return LiveCluster(stack(**parameters), cluster or {"clusterArn": "arn:cluster"}, template)


class TestCluster:
    def test_a_new_one(self) -> None:
        document = {
            "container-insights": True,
            "tags": {"a": "b"},
            "exec-logging": {"log-group": "/x", "kms-key": "k"},
        }
        (action,) = plan.plan_cluster(build_spec(document, "demo"), LiveCluster()).actions
        assert action.request == {
            "clusterName": "demo",
            "tags": [{"key": "a", "value": "b"}],
            "settings": [{"name": "containerInsights", "value": "enabled"}],
            "configuration": {
                "executeCommandConfiguration": {
                    "logging": "OVERRIDE",
                    "logConfiguration": {"cloudWatchLogGroupName": "/x"},
                    "kmsKeyId": "k",
                }
            },
        }

    def test_one_that_is_as_it_should_be(self) -> None:
        found = {
            "clusterArn": "arn:cluster",
            "settings": [{"name": "containerInsights", "value": "enabled"}],
            "tags": [{"key": "a", "value": "b"}, {"key": "other", "value": "x"}],
        }
        spec = build_spec({"container-insights": "enabled", "tags": {"a": "b"}}, "demo")
        assert plan.plan_cluster(spec, LiveCluster(cluster=found)).actions == ()

    def test_one_that_is_not(self) -> None:
        found = {
            "clusterArn": "arn:cluster",
            "settings": [{"name": "containerInsights", "value": "disabled"}],
        }
        spec = build_spec({"container-insights": "enhanced", "tags": {"a": "b"}}, "demo")
        update, tag = plan.plan_cluster(spec, LiveCluster(cluster=found)).actions
        assert update.request["settings"] == [{"name": "containerInsights", "value": "enhanced"}]
        assert update.before == {"settings": [{"name": "containerInsights", "value": "disabled"}]}
        assert tag.request == {"resourceArn": "arn:cluster", "tags": [{"key": "a", "value": "b"}]}

    def test_what_the_document_does_not_say_stays(self) -> None:
        found = {"clusterArn": "a", "settings": [{"name": "containerInsights", "value": "enabled"}]}
        assert plan.plan_cluster(build_spec({}, "demo"), LiveCluster(cluster=found)).actions == ()


class TestWhoseStack:
    def test_ours_is_changed_and_its_sizes_are_left_to_scale(self) -> None:
        assert plan.base_document(live()) == {"capacity": {"key-pair": "k"}}
        plan.need_own_stack(live(), upgrade=False)

    def test_the_originals_only_when_asked(self) -> None:
        assert plan.is_of_ecs_cli(live(ORIGINAL))
        with pytest.raises(InputError, match="was made by ecs-cli"):
            plan.need_own_stack(live(ORIGINAL), upgrade=False)
        plan.need_own_stack(live(ORIGINAL), upgrade=True)

    def test_somebody_elses_never(self) -> None:
        with pytest.raises(InputError, match="not made by ecscli"):
            plan.need_own_stack(live("Resources: {X: {}}"), upgrade=True)

    def test_what_the_original_knew_becomes_a_document(self) -> None:
        found = live(
            ORIGINAL,
            EcsCluster="demo",
            EcsInstanceType="m5.large",
            SpotPrice="0.1",
            KeyName="k",
            AsgMaxSize="3",
            VpcId="vpc-12345678",
            SubnetIds="subnet-1,subnet-2",
            EcsPort="22",
            SourceCidr="192.0.2.0/24",
            AssociatePublicIpAddress="false",
            EcsAmiId="ami-old",
        )
        document = plan.taken_over(found)
        assert document == {
            "launch-type": "EC2",
            "capability-iam": True,
            "capacity": {
                "instance-types": "m5.large",
                "key-pair": "k",
                "spot": {"max-price": "0.1"},
                "public-ip": False,
            },
            "network": {
                "vpc": "vpc-12345678",
                "subnets": ["subnet-1", "subnet-2"],
                "ingress": [{"port": "22", "cidr": "192.0.2.0/24"}],
            },
        }
        assert build_spec(document, "demo").capacity

    def test_one_for_fargate_too(self) -> None:
        document = plan.taken_over(live(ORIGINAL, EcsCluster="demo", IsFargate="true", KeyName="k"))
        assert document == {
            "launch-type": "FARGATE",
            "network": {"ingress": [{"port": "80", "cidr": "0.0.0.0/0"}]},
        }


class TestScaling:
    def sizes(self, known: dict[str, str], **sizes: int) -> dict[str, str]:
        return scaling.parameters(live(**{**KNOWN, **known}), "demo", "s", "r", sizes)

    def test_a_size_is_the_most_and_what_runs(self) -> None:
        assert self.sizes({}, size=5) == {"AsgMaxSize": "5"}

    def test_the_same_size_is_nothing(self) -> None:
        assert self.sizes({}, size=2) == {}

    def test_less_than_the_minimum_lowers_it(self) -> None:
        assert self.sizes({"AsgMinSize": "2"}, size=1) == {"AsgMaxSize": "1", "AsgMinSize": "1"}

    def test_all_three(self) -> None:
        assert self.sizes({}, size=2, minimum=1, maximum=4) == {
            "AsgMaxSize": "4",
            "AsgMinSize": "1",
            "AsgDesiredSize": "2",
        }

    def test_a_managed_group_stays_managed(self) -> None:
        assert self.sizes({"AsgDesiredSize": "auto"}, maximum=9) == {"AsgMaxSize": "9"}

    def test_a_stack_of_the_original_knows_one_size(self) -> None:
        found = live(ORIGINAL, EcsCluster="demo", AsgMaxSize="1")
        assert scaling.parameters(found, "demo", "s", "r", {"size": 3}) == {"AsgMaxSize": "3"}
        with pytest.raises(InputError, match="takes --size only"):
            scaling.parameters(found, "demo", "s", "r", {"minimum": 1})

    def test_fargate_has_no_instances(self) -> None:
        with pytest.raises(InputError, match="no instances to scale"):
            self.sizes({"IsFargate": "true"}, size=2)


class TestRequest:
    SPEC = StackSpec(
        "s",
        "body",
        {"A": "1", "AsgMaxSize": "1"},
        ("CAPABILITY_IAM",),
        (),
        frozenset({"AsgMaxSize"}),
    )

    def test_a_new_stack_gets_every_value(self) -> None:
        made = change_sets.request(self.SPEC, None, new=True)
        assert made["ChangeSetType"] == "CREATE"
        assert made["Parameters"][1] == {"ParameterKey": "AsgMaxSize", "ParameterValue": "1"}

    def test_a_live_one_keeps_what_is_to_be_kept(self) -> None:
        made = change_sets.request(self.SPEC, stack(AsgMaxSize="7"), new=False)
        assert made["ChangeSetType"] == "UPDATE"
        assert made["Parameters"][1] == {"ParameterKey": "AsgMaxSize", "UsePreviousValue": True}


class TestDesired:
    def test_a_template_that_is_too_large_is_refused_where_it_comes_from(self) -> None:
        text = "#!/bin/sh\n" + "x\n" * 5000
        tree = legacy.overlay({"capacity": {"user-data": [{"content": text}]}}, {})
        spec = build_spec(tree, "demo")
        with pytest.raises(InputError, match="CloudFormation takes 51200") as caught:
            desired.desired(spec, "s", build.as_written(spec))
        assert "S3" in str(caught.value.hint)

    def test_nothing_to_make_is_no_stack(self) -> None:
        network = {"vpc": "v", "subnets": ["s"], "security-groups": ["g"]}
        spec = build_spec({"network": network}, "demo", "FARGATE")
        assert desired.desired(spec, "s", build.as_written(spec)).stack is None


class TestWords:
    CHANGES = ChangeSet(
        "id",
        "arn",
        "s",
        False,
        (
            Change("Add", "New", "AWS::X::A"),
            Change("Modify", "Same", "AWS::X::B", "b-1", "False", (("Properties.Size", "1", "2"),)),
            Change("Modify", "Again", "AWS::X::C", "c-1", "True"),
            Change("Modify", "Perhaps", "AWS::X::D", "d-1", "Conditional"),
            Change("Remove", "Gone", "AWS::X::E", "e-1"),
        ),
    )

    def test_lines(self) -> None:
        assert list(show.lines(self.CHANGES)) == [
            "~ stack s",
            "    + New (AWS::X::A)",
            "    ~ Same (AWS::X::B)",
            "        Properties.Size: 1 -> 2",
            "    ! Again (AWS::X::C) will be REPLACED: c-1",
            "    ! Perhaps (AWS::X::D) may be REPLACED: d-1",
            "    - Gone (AWS::X::E) will be DELETED: e-1",
        ]

    def test_what_hurts(self) -> None:
        assert (
            show.losses(self.CHANGES) == "This will have Again, Perhaps replaced and Gone deleted."
        )
        assert show.losses(ChangeSet("id", "arn", "s", True, self.CHANGES.changes[:2])) == ""

    @pytest.mark.parametrize(
        ("reason", "remedy"),
        [
            ("The maximum number of VPCs has been reached.", "existing VPC"),
            (
                "API: iam:CreateRole User: x is not authorized to perform: iam:CreateRole",
                "credentials",
            ),
            ("The key pair 'x' does not exist", "create the key pair"),
            ("You have requested more vCPU capacity than your current vCPU limit", "vCPU quota"),
            ("The vpc 'vpc-1' has dependencies and cannot be deleted.", "remove what is named"),
            (
                "The Launch Configuration creation operation is not available in your account",
                "--upgrade",
            ),
        ],
    )
    def test_a_reason_has_a_remedy(self, reason: str, remedy: str) -> None:
        assert remedy in str(reasons.remedy(reason))

    def test_what_nobody_has_met_has_none(self) -> None:
        assert reasons.remedy("something else") is None


class TestLookup:
    ROWS = (
        {
            "SubnetId": "subnet-1",
            "Tags": [{"Key": "Name", "Value": "a"}, {"Key": "tier", "Value": "web"}],
        },
        {
            "SubnetId": "subnet-2",
            "Tags": [{"Key": "Name", "Value": "b"}, {"Key": "tier", "Value": "web"}],
        },
    )

    def test_by_id_name_and_tag(self) -> None:
        assert lookup.subnets(self.ROWS, VpcResource(id="subnet-2"), "vpc-1") == "subnet-2"
        assert lookup.subnets(self.ROWS, VpcResource(name="a"), "vpc-1") == "subnet-1"
        assert (
            lookup.groups(
                [{"GroupId": "sg-1", "GroupName": "web"}], VpcResource(name="web"), "vpc-1"
            )
            == "sg-1"
        )

    def test_one_that_is_not_there_and_two_of_one_name(self) -> None:
        absent = lookup.subnets(self.ROWS, VpcResource(name="c"), "vpc-1")
        hint = "it may be one of: subnet-1 (a), subnet-2 (b)"
        assert absent == Finding("there is no subnet c in vpc-1", None, hint)
        twice = lookup.subnets(self.ROWS, VpcResource(tag=("tier", "web")), "vpc-1")
        assert not isinstance(twice, str)
        assert twice.message == "2 subnets in vpc-1 are called tier=web: subnet-1, subnet-2"
