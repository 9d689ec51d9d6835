"""Repairs of moto, each small and named after what it repairs; `apply` makes all of them, once.

They were written for the versions in `moto/app.py`; tests/sandbox/ has the stories
that need them.
"""

from __future__ import annotations

from functools import cache


@cache
def apply() -> None:
    """Repair this process's moto; repeating it changes nothing."""
    from ecscli.sandbox.moto.repairs import (
        autoscaling,
        containers,
        ec2,
        ecr,
        elbv2,
        iam,
        instances,
        launch_templates,
        logs,
        policies,
        regions,
        scaling_targets,
        secretsmanager,
        servicediscovery,
        sessions,
        simulation,
        ssm,
    )

    for module in (
        autoscaling,
        containers,
        ec2,
        ecr,
        ecr,
        elbv2,
        iam,
        instances,
        launch_templates,
        logs,
        policies,
        regions,
        scaling_targets,
        secretsmanager,
        servicediscovery,
        sessions,
        simulation,
        ssm,
    ):
        module.repair()
