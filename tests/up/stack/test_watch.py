"""Waiting for instances, with a clock of our own and answers that AWS gives when nothing starts."""

from collections.abc import Callable
from typing import Any

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import AwsError, DeploymentError
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.up.stack import beside, watch

FULL = (
    "You have requested more vCPU capacity than your current vCPU limit of 1. Launching EC2"
    " instance failed."
)


class Scripted(Aws):
    """AWS whose answers are functions of the time that has passed; sleeping takes none."""

    def __init__(self, answers: dict[str, Callable[[float], Any]]) -> None:
        self.now = 0.0
        super().__init__(resolve(Flags(region="us-east-1"), {}), lambda: self.now, self.pass_time)
        self.answers = answers

    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    def call(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        answer = self.answers[operation](self.now)
        if isinstance(answer, Exception):
            raise answer
        return {} if answer is None else dict(answer)

    def pages(self, service: str, operation: str, key: str, /, **parameters: Any) -> Any:
        return iter(self.call(service, operation, **parameters)[key])


def group(size: int, *alive: str) -> dict[str, Any]:
    instances = [{"InstanceId": name, "LifecycleState": "InService"} for name in alive]
    return {"AutoScalingGroups": [{"DesiredCapacity": size, "Instances": instances}]}


def arns(*names: str) -> dict[str, Any]:
    return {"containerInstanceArns": [f"arn:x/{name}" for name in names]}


def described(*names: str, connected: bool = True) -> dict[str, Any]:
    rows = [
        {
            "containerInstanceArn": f"arn:x/{name}",
            "ec2InstanceId": name,
            "status": "ACTIVE",
            "agentConnected": connected,
        }
        for name in names
    ]
    return {"containerInstances": rows}


def failed(*reasons: str) -> dict[str, Any]:
    return {"Activities": [{"StatusCode": "Failed", "StatusMessage": reason} for reason in reasons]}


def test_instances_that_come_one_by_one() -> None:
    aws = Scripted(
        {
            "describe_auto_scaling_groups": lambda now: group(2, "i-1", "i-2"),
            "list_container_instances": lambda now: arns("i-1", "i-2", "i-old"),
            "describe_container_instances": lambda now: described(
                *(["i-1", "i-2"] if now > 5 else ["i-1", "i-old"])
            ),
            "describe_scaling_activities": lambda now: failed(),
        }
    )
    lines = [event.message.partition("] ")[2] for event in watch.joined(aws, "demo", "asg", 600)]
    assert lines == [
        "1 of 2 instances have joined cluster demo",
        "2 of 2 instances have joined cluster demo",
    ]


def test_why_none_starts_is_told_once_and_early_and_again_at_the_end() -> None:
    aws = Scripted(
        {
            "describe_auto_scaling_groups": lambda now: group(1),
            "list_container_instances": lambda now: arns(),
            "describe_scaling_activities": lambda now: failed(FULL, FULL),
        }
    )
    events = []
    with pytest.raises(
        DeploymentError, match="after 2 minutes, 0 of 1 instances have joined"
    ) as caught:
        events.extend(watch.joined(aws, "demo", "asg", 120))
    assert caught.value.reasons == (
        f"{FULL} (ask for a larger vCPU quota, or use fewer or smaller instances)",
    )


def test_the_warning_comes_while_waiting() -> None:
    aws = Scripted(
        {
            "describe_auto_scaling_groups": lambda now: group(1, *(["i-1"] if now > 60 else [])),
            "list_container_instances": lambda now: arns(*(["i-1"] if now > 60 else [])),
            "describe_container_instances": lambda now: described("i-1"),
            "describe_scaling_activities": lambda now: failed(FULL),
        }
    )
    warnings = [
        event.message for event in watch.joined(aws, "demo", "asg", 600) if event.kind == "warning"
    ]
    assert len(warnings) == 1
    assert "no instance starts: You have requested more vCPU" in warnings[0]


def test_a_throttled_poll_ends_no_wait() -> None:
    throttled = AwsError("Rate exceeded", operation="X", code="ThrottlingException")
    aws = Scripted(
        {
            "describe_auto_scaling_groups": lambda now: throttled if now < 10 else group(0),
            "list_container_instances": lambda now: arns(),
            "describe_scaling_activities": lambda now: AwsError("no", code="AccessDenied"),
        }
    )
    assert [event.kind for event in watch.joined(aws, "demo", "asg", 600)] == ["done"]


def test_a_refresh_that_fails_says_why() -> None:
    answer = {
        "InstanceRefreshes": [
            {"Status": "Failed", "StatusReason": "no capacity", "PercentageComplete": 50}
        ]
    }
    aws = Scripted({"describe_instance_refreshes": lambda now: answer})
    with pytest.raises(DeploymentError, match="the instance refresh of asg is Failed") as caught:
        list(watch.refreshed(aws, "asg", 60))
    assert caught.value.reasons == ("no capacity",)


def rows(*told: tuple[str, str, str, str]) -> dict[str, Any]:
    """Stack events, newest first, as CloudFormation gives them."""
    made = [
        {
            "EventId": f"{number}",
            "StackId": "arn:s",
            "StackName": "s",
            "LogicalResourceId": name,
            "PhysicalResourceId": "arn:s" if kind == "AWS::CloudFormation::Stack" else f"{name}-1",
            "ResourceType": kind,
            "ResourceStatus": status,
            "ResourceStatusReason": reason,
        }
        for number, (name, kind, status, reason) in enumerate(told)
    ]
    return {"StackEvents": made[::-1]}


STACK = "AWS::CloudFormation::Stack"
ROLLED_BACK = rows(
    ("s", STACK, "CREATE_IN_PROGRESS", "User Initiated"),
    ("Vpc", "AWS::EC2::VPC", "CREATE_IN_PROGRESS", ""),
    (
        "Role",
        "AWS::IAM::Role",
        "CREATE_FAILED",
        "User x is not authorized to perform: iam:CreateRole",
    ),
    ("Vpc", "AWS::EC2::VPC", "CREATE_FAILED", "Resource creation cancelled"),
    (
        "s",
        STACK,
        "ROLLBACK_IN_PROGRESS",
        "The following resource(s) failed to create: [Role, Vpc].",
    ),
    ("s", STACK, "ROLLBACK_COMPLETE", ""),
)


def test_a_failed_stack_names_the_first_cause_and_the_remedy() -> None:
    aws = Scripted({"describe_stack_events": lambda now: ROLLED_BACK})
    with pytest.raises(watch.Failed, match="stack s ended as ROLLBACK_COMPLETE") as caught:
        list(watch.follow_stack(aws, "arn:s", (), "CREATE_COMPLETE"))
    assert caught.value.reasons == (
        "Role (AWS::IAM::Role): User x is not authorized to perform: iam:CreateRole",
    )
    assert str(caught.value.hint).startswith(
        "let your credentials do what is named above; everything of the stack"
    )


HANDLER = 'Resource handler returned message: "{}" (RequestToken: 3ab7, HandlerErrorCode: {})'
QUOTAS = {
    "AWS::EC2::SecurityGroup": (
        (
            "The maximum number of security groups for VPC 'vpc-1' has been reached. (Service: Ec2,"
            " Status Code: 400, Request ID: 3ab7)"
        ),
        "ServiceLimitExceeded",
        "delete security groups that nothing uses",
    ),
    "AWS::EC2::SecurityGroupIngress": (
        (
            "The maximum number of rules per security group has been reached. (Service: Ec2, Status"
            " Code: 400, Request ID: 3ab7)"
        ),
        "ServiceLimitExceeded",
        "network.ingress",
    ),
    "AWS::ServiceDiscovery::PrivateDnsNamespace": (
        (
            "ResourceLimitExceeded: the quota on the number of namespaces is reached (Service:"
            " ServiceDiscovery, Status Code: 400)"
        ),
        "ServiceLimitExceeded",
        "discovery.namespace",
    ),
    "AWS::ServiceDiscovery::Service": (
        (
            "RequestLimitExceeded: You've reached the quota for the number of requests (Service:"
            " ServiceDiscovery, Status Code: 400)"
        ),
        "Throttling",
        "run the command again",
    ),
    "AWS::IAM::Role": (
        "Cannot exceed quota for RolesPerAccount: 1000 (Service: Iam, Status Code: 409)",
        "ServiceLimitExceeded",
        "task_execution_role",
    ),
    "AWS::EFS::FileSystem": (
        "You have as many as you may",
        "ServiceLimitExceeded",
        "Service Quotas",
    ),
}


@pytest.mark.parametrize("kind", QUOTAS)
def test_an_exhausted_quota_of_a_project_names_what_to_do(kind: str) -> None:
    words, code, remedy = QUOTAS[kind]
    reason = HANDLER.format(words, code)
    events = rows(
        ("s", STACK, "CREATE_IN_PROGRESS", ""),
        ("One", kind, "CREATE_FAILED", reason),
        ("s", STACK, "ROLLBACK_COMPLETE", ""),
    )
    aws = Scripted({"describe_stack_events": lambda now: events})
    following = watch.follow_stack(aws, "arn:s", (), "CREATE_COMPLETE")
    with pytest.raises(DeploymentError) as caught:
        list(beside.advised("s", following))
    assert caught.value.reasons == (f"One ({kind}): {reason}",)
    assert remedy in str(caught.value.hint)
    assert "ecscli up" not in str(caught.value.hint), "that is for the stack of a cluster"


def test_a_stack_that_takes_longer_than_the_limit_goes_on_by_itself() -> None:
    aws = Scripted(
        {"describe_stack_events": lambda now: rows(("s", STACK, "CREATE_IN_PROGRESS", ""))}
    )
    with pytest.raises(DeploymentError, match="still being worked on after 1 minute") as caught:
        list(watch.follow_stack(aws, "arn:s", (), "CREATE_COMPLETE", 60))
    assert "run the same command again" in str(caught.value.hint)
