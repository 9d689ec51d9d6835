"""`depends_on` between services of different groups -> edges between the groups, with what ECS
needs for their conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecscli.base.findings import Findings
from ecscli.compose.ecs.images import repository_name
from ecscli.compose.layout.arrangement.model import COMPLETED, HEALTHY, Edge
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Service

# Last part of an image's repository -> a test of a healthcheck that it has the program for
TESTS: Mapping[str, str] = {
    "elasticsearch": "curl -fs http://localhost:9200/_cluster/health",
    "mariadb": "healthcheck.sh --connect --innodb_initialized",
    "mongo": "mongosh --quiet --eval \"db.adminCommand('ping')\"",
    "mysql": "mysqladmin ping -h localhost",
    "postgres": "pg_isready -U postgres",
    "rabbitmq": "rabbitmq-diagnostics -q ping",
    "redis": "redis-cli ping",
    "valkey": "valkey-cli ping",
}


def find_edges(groups: Mapping[str, Sequence[Service]]) -> tuple[Edge, ...]:
    """The edges, in the order of the files."""
    group_of = {one.name: name for name, services in groups.items() for one in services}
    return tuple(_edges(groups, group_of))


def _edges(groups: Mapping[str, Sequence[Service]], group_of: Mapping[str, str]) -> Iterator[Edge]:
    for name, services in groups.items():
        for service in services:
            for one in service.depends_on:
                awaited = group_of.get(one.service, name)
                if awaited != name:
                    yield Edge(
                        name,
                        awaited,
                        one.service,
                        one.condition,
                        one.required,
                        one.restart,
                        one.mark,
                    )


def check_health(
    edges: Sequence[Edge], services: Sequence[Service], params: EcsParams, findings: Findings
) -> None:
    """Note who waits for the health of a service that has no health check."""
    by_name = {service.name: service for service in services}
    for edge in edges:
        awaited = by_name[edge.service]
        if edge.condition == HEALTHY and not _is_checked(awaited, params):
            findings.error(
                f"{edge.service} has no healthcheck, so ECS never finds it healthy",
                edge.mark,
                _hint(awaited),
                key=f"services.{edge.dependent}.depends_on.{edge.service}",
            )


def _is_checked(service: Service, params: EcsParams) -> bool:
    own = params.of(service.name)
    if own.healthcheck is not None or "healthCheck" in own.extra:
        return True
    check = service.healthcheck
    return check is not None and not check.disable and check.test not in ((), ("NONE",))


def _hint(service: Service) -> str:
    program = repository_name(service.image or "").rpartition("/")[2]
    test = TESTS.get(program)
    example = f", such as test: {test}" if test else ""
    return f"give {service.name} a healthcheck{example}; ECS does not use that of the image"


# ------------------------------------------------------------- jobs


def find_jobs(
    groups: Mapping[str, Sequence[Service]], edges: Sequence[Edge], findings: Findings
) -> frozenset[str]:
    """The groups that run to their end: of replicated-job mode, or whose end another group waits
    for."""
    awaited = {edge.service for edge in edges if edge.condition == COMPLETED}
    jobs = set()
    for name, services in groups.items():
        ending = [one for one in services if one.name in awaited or _is_job(one)]
        going_on = [one.name for one in services if one not in ending]
        if ending and going_on:
            _refuse_mixture(name, ending[0], going_on[0], findings)
        if ending:
            jobs.add(name)
    return frozenset(jobs)


def _is_job(service: Service) -> bool:
    return service.deploy is not None and service.deploy.mode == "replicated-job"


def _refuse_mixture(group: str, job: Service, other: str, findings: Findings) -> None:
    findings.error(
        f"runs to its end, and {other} of the same group {group} goes on",
        job.where(),
        f"give {job.name} a group of its own",
        key=f"services.{job.name}",
    )
