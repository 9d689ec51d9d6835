"""IAM: SimulatePrincipalPolicy, which moto lacks, for roles: inline and attached policies, without
conditions, boundaries and policies of an organization."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache

from moto.core.responses import ActionResult
from moto.iam.exceptions import NotFoundException
from moto.iam.models import IAMBackend, ManagedPolicy, Role
from moto.iam.responses import IamResponse

from ecscli.sandbox.policies import ALLOWED, decision
from ecscli.sandbox.shapes import Json

OF_AWS = ":iam::aws:policy/"
PULL_AND_LOG = (
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchGetImage",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
)
#: What is attached to execution roles, without the many megabytes of all that AWS has.
KNOWN = {
    "AmazonECSTaskExecutionRolePolicy": {
        "Statement": [{"Effect": "Allow", "Action": list(PULL_AND_LOG), "Resource": "*"}]
    }
}


def repair() -> None:
    IamResponse.simulate_principal_policy = simulate_principal_policy


def simulate_principal_policy(self: IamResponse) -> ActionResult:
    policies = list(policies_of(role_of(self.backend, self._get_param("PolicySourceArn"))))
    resources = self._get_param("ResourceArns") or ["*"]
    actions = self._get_param("ActionNames") or []
    rows = [evaluation(policies, action, resources) for action in actions]
    return ActionResult({"EvaluationResults": rows, "IsTruncated": False})


def role_of(backend: IAMBackend, arn: str) -> Role:
    for role in backend.get_roles():
        if role.arn == arn:
            return role
    raise NotFoundException(f"The entity {arn} cannot be found.")


def policies_of(role: Role) -> Iterator[Json]:
    """The documents of a role's policies."""
    for text in role.policies.values():
        yield json.loads(text)
    for policy in role.managed_policies.values():
        yield document_of(policy)


def document_of(policy: ManagedPolicy) -> Json:
    if OF_AWS in policy.arn:
        name = policy.arn.rpartition("/")[2]
        return KNOWN.get(name) or of_aws().get(name, {}).get("Document", {})
    chosen = next(one for one in policy.versions if one.is_default)
    found: Json = json.loads(chosen.document)
    return found


@cache
def of_aws() -> Json:
    """Every policy of AWS by its name."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    found: Json = json.loads(aws_managed_policies_data)
    return found


def evaluation(policies: Sequence[Json], action: str, resources: Sequence[str]) -> Json:
    """One action on each resource, as AWS reports it."""
    single = [
        {
            "EvalResourceName": resource,
            "EvalResourceDecision": decision(policies, action, resource),
            "MatchedStatements": [],
            "MissingContextValues": [],
        }
        for resource in resources
    ]
    worst = next((one for one in single if one["EvalResourceDecision"] != ALLOWED), single[0])
    return {
        "EvalActionName": action,
        "EvalResourceName": worst["EvalResourceName"],
        "EvalDecision": worst["EvalResourceDecision"],
        "MatchedStatements": [],
        "MissingContextValues": [],
        "ResourceSpecificResults": single,
    }
