"""The extension keys of Docker's own ECS integration, which ended in 2023, and what ecscli has
instead of each.

Source: ecs/x.go of docker-archive/compose-cli.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.errors import Finding
from ecscli.base.marks import Map, Seq, dotted

PREFIX = "x-aws-"
INSTEAD = {
    "x-aws-autoscaling": "Application Auto Scaling of the service, outside of ecscli",
    "x-aws-cloudformation": "render --format cloudformation, and edit the template",
    "x-aws-cluster": "--cluster, or `ecscli configure`",
    "x-aws-keys": "task_definition.services.SERVICE.secrets in ecs-params.yml, with value_from"
    " ARN:KEY::",
    "x-aws-loadbalancer": "run_params.load_balancers in ecs-params.yml",
    "x-aws-logs_retention": "--create-log-groups --log-retention DAYS",
    "x-aws-max_percent": "run_params.deployment.maximum_percent in ecs-params.yml",
    "x-aws-min_percent": "run_params.deployment.minimum_healthy_percent in ecs-params.yml",
    "x-aws-policies": "a role with these policies: task_definition.task_role_arn in ecs-params.yml",
    "x-aws-protocol": "app_protocol of the port",
    "x-aws-pull_credentials": "task_definition.services.SERVICE.repository_credentials in"
    " ecs-params.yml",
    "x-aws-role": "task_definition.task_role_arn in ecs-params.yml",
    "x-aws-securitygroup": "run_params.network_configuration.awsvpc_configuration.security_groups"
    " in ecs-params.yml",
    "x-aws-vpc": "run_params.network_configuration.awsvpc_configuration.subnets in ecs-params.yml",
}


def docker_findings(tree: object, path: tuple[str | int, ...] = ()) -> Iterator[Finding]:
    """One finding for each key of Docker's ECS integration in a document with marks."""
    if isinstance(tree, Seq):
        for at, item in enumerate(tree):
            yield from docker_findings(item, (*path, at))
    elif isinstance(tree, Map):
        for key, item in tree.items():
            below = (*path, key)
            if str(key).startswith(PREFIX):
                yield Finding.about(
                    dotted(below), "not sent", tree.keys_at.get(key), _hint(str(key))
                )
            elif not str(key).startswith("x-"):
                yield from docker_findings(item, below)


def _hint(key: str) -> str:
    instead = INSTEAD.get(key)
    if instead is None:
        return "a key of Docker's ECS integration; ecscli has nothing for it"
    return f"a key of Docker's ECS integration; use {instead}"
