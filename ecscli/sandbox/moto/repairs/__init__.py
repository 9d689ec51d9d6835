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
        certificates,
        containers,
        ecr,
        logs,
        records,
        regions,
        scaling_targets,
        secretsmanager,
        ssm,
    )
    from ecscli.sandbox.moto.repairs.balancers import listeners, targets, zones
    from ecscli.sandbox.moto.repairs.balancers import rules as balancer_rules
    from ecscli.sandbox.moto.repairs.discovery import (
        lists,
        namespaces,
        registrations,
        services,
    )
    from ecscli.sandbox.moto.repairs.efs import access_points, file_systems, mount_targets
    from ecscli.sandbox.moto.repairs.identity import iam, policies, sessions, simulation
    from ecscli.sandbox.moto.repairs.machines import (
        autoscaling,
        ec2,
        instances,
        launch_templates,
        rules,
    )

    for module in (
        access_points,
        autoscaling,
        balancer_rules,
        certificates,
        containers,
        ec2,
        ecr,
        file_systems,
        iam,
        instances,
        launch_templates,
        listeners,
        lists,
        logs,
        mount_targets,
        namespaces,
        policies,
        records,
        regions,
        registrations,
        rules,
        scaling_targets,
        secretsmanager,
        services,
        sessions,
        simulation,
        ssm,
        targets,
        zones,
    ):
        module.repair()
