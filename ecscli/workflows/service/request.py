"""What is asked of a service beside its files, by the names of the flags."""

from __future__ import annotations

from ecscli.base.documents import Draft
from ecscli.base.records import record, values_of
from ecscli.workflows.request import TaskRequest

Number = int | str | None  # as typed, or as a program has it


@record
class ServiceRequest(TaskRequest):
    """What is asked of a service beside its files, by the names of the flags and in their forms.

    `desired_count` None: the count stays. `breaker` None: on for a new service, else as it is.
    """

    desired_count: int | None = None
    force_deployment: bool = False
    deployment_max_percent: Number = None
    deployment_min_healthy_percent: Number = None
    breaker: bool | None = None
    scheduling_strategy: str | None = None
    availability_zone_rebalancing: str | None = None
    target_group_arn: str | None = None
    load_balancer_name: str | None = None
    container_name: str | None = None
    container_port: Number = None
    role: str | None = None
    health_check_grace_period: Number = None
    target_groups: tuple[str, ...] = ()
    enable_service_discovery: bool = False
    update_service_discovery: bool = False
    vpc: str | None = None
    private_dns_namespace: str | None = None
    private_dns_namespace_id: str | None = None
    public_dns_namespace: str | None = None
    public_dns_namespace_id: str | None = None
    sd_container_name: str | None = None
    sd_container_port: Number = None
    dns_ttl: Number = None
    dns_type: str | None = None
    healthcheck_custom_config_failure_threshold: Number = None


def by_flag(request: TaskRequest) -> Draft:
    """The values of a request by the names of their flags: ``container_port`` is
    ``container-port``."""
    return {name.replace("_", "-"): value for name, value in values_of(request).items()}
