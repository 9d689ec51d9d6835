"""PURE: the IAM policy that the console needs: what its routes call, and no more."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.documents import Draft

# Actions by the prefix of their service in IAM
READS: Mapping[str, tuple[str, ...]] = {
    "application-autoscaling": (
        "DescribeScalableTargets",
        "DescribeScalingPolicies",
        "DescribeScheduledActions",
    ),
    "cloudformation": (
        "DescribeStackEvents",
        "DescribeStacks",
        "ListStackResources",
    ),
    "cloudwatch": ("GetMetricData",),
    "ec2": (
        "DescribeIamInstanceProfileAssociations",
        "DescribeInstanceAttribute",
        "DescribeInstances",
        "DescribeNetworkInterfaces",
        "DescribeSecurityGroups",
    ),
    "ecs": (
        "DescribeCapacityProviders",
        "DescribeClusters",
        "DescribeContainerInstances",
        "DescribeServiceDeployments",
        "DescribeServiceRevisions",
        "DescribeServices",
        "DescribeTaskDefinition",
        "DescribeTasks",
        "ListClusters",
        "ListContainerInstances",
        "ListServiceDeployments",
        "ListServices",
        "ListTaskDefinitionFamilies",
        "ListTaskDefinitions",
        "ListTasks",
    ),
    "elasticloadbalancing": (
        "DescribeListeners",
        "DescribeLoadBalancers",
        "DescribeRules",
        "DescribeTags",
        "DescribeTargetGroups",
        "DescribeTargetHealth",
    ),
    "events": (
        "DescribeRule",
        "ListRuleNamesByTarget",
        "ListTargetsByRule",
    ),
    "iam": (
        "GetInstanceProfile",
        "ListAttachedRolePolicies",
        "ListRolePolicies",
    ),
    "logs": (
        "FilterLogEvents",
        "GetLogEvents",
    ),
    "scheduler": (
        "GetSchedule",
        "ListSchedules",
    ),
}
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "ecs": (
        "ContinueServiceDeployment",
        "DeleteService",
        "RunTask",
        "StopServiceDeployment",
        "StopTask",
        "UpdateService",
    ),
    "iam": ("PassRole",),
}


def policy_of(*, has_actions: bool) -> Draft:
    """The policy as IAM takes it, a statement for what reads and one for what changes."""
    statements = [_statement("Read", READS)]
    if has_actions:
        statements.append(_statement("Act", ACTIONS))
    return {"Version": "2012-10-17", "Statement": statements}


def _statement(name: str, actions: Mapping[str, tuple[str, ...]]) -> Draft:
    named = [f"{service}:{one}" for service, ones in sorted(actions.items()) for one in ones]
    return {"Sid": name, "Effect": "Allow", "Action": named, "Resource": "*"}
