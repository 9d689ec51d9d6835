"""READS: what stands around services, a few calls a round: the URL of those behind a load balancer,
the health of their targets, and how far a deployment has come that is not rolling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import batches
from ecscli.aws.errors import missing
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError
from ecscli.base.records import record
from ecscli.up.deployment.state import is_settled
from ecscli.up.snapshot.model import Targets
from ecscli.up.tasks.addresses import first_page
from ecscli.up.tasks.listeners import DESCRIBED, addresses_behind

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import LoadBalancerTypeDef, ServiceTypeDef

    from ecscli.aws.client import Aws

ROLLING = "ROLLING"
DESCRIBED_DEPLOYMENTS = 20  # the most that DescribeServiceDeployments takes
OF_URLS = 6  # calls that the URLs of a lot of services usually take
OF_BALANCERS, OF_DEPLOYMENTS = "load balancers", "service deployments"


@record
class Front:
    """What is known around a service."""

    url: str = ""
    targets: Targets | None = None
    deployment: Document | None = None  # as DescribeServiceDeployments has it


NOTHING = Front()


@record
class Look:
    """Something to be read, in so many calls; `what` is told where that is not allowed."""

    what: str
    calls: int
    read: Callable[[], None]


class Fronts:
    """The fronts of the services of a cluster. Looks may be read side by side."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        # By the name of a service; the URL with the target groups that it was read for
        self._urls: dict[str, tuple[tuple[str, ...], str]] = {}
        self._targets: dict[str, Targets] = {}
        self._deployments: dict[str, Document] = {}
        self._looked: dict[str, int] = {}  # at the targets of a service: in which turn
        self._turn = 0
        self._alone: set[str] = set()  # services whose groups are not all there

    def of(self, service: str) -> Front:
        """What is known around a service."""
        url = self._urls.get(service, ((), ""))[1]
        return Front(url, self._targets.get(service), self._deployments.get(service))

    def due(self, services: Mapping[str, ServiceTypeDef]) -> Iterator[Look]:
        """What there is to read of these services, the most urgent first."""
        for known in (self._urls, self._targets, self._deployments, self._looked):
            for name in known.keys() - services.keys():
                del known[name]
        moving = {name: row for name, row in services.items() if not is_settled(row)}
        shifting = [row for row in moving.values() if _shifts(row)]
        for lot in batches(shifting, DESCRIBED_DEPLOYMENTS):
            yield Look(OF_DEPLOYMENTS, 1, partial(self._read_deployments, lot))
        balanced = {name: groups_of(row) for name, row in services.items() if groups_of(row)}
        new = [name for name, own in balanced.items() if self._urls.get(name, ((), ""))[0] != own]
        for lot_of_names in self._lots(new):
            rows = [services[name] for name in lot_of_names]
            yield Look(OF_BALANCERS, OF_URLS, partial(self._read_urls, rows))
        for name in sorted(balanced, key=lambda one: (one not in moving, self._looked.get(one, 0))):
            groups = balanced[name]
            yield Look(OF_BALANCERS, len(groups), partial(self._read_targets, name, groups))

    def _lots(self, names: Iterable[str]) -> Iterator[list[str]]:
        alone = [name for name in names if name in self._alone]
        yield from batches((name for name in names if name not in self._alone), DESCRIBED)
        yield from ([name] for name in alone)

    def _read_deployments(self, services: Sequence[ServiceTypeDef]) -> None:
        names = {row["currentServiceDeployment"]: row["serviceName"] for row in services}
        query = {"serviceDeploymentArns": list(names)}
        answer = self._aws.call("ecs", "describe_service_deployments", **query)
        for one in answer["serviceDeployments"]:
            name = names.get(one["serviceDeploymentArn"])
            if name is not None:
                self._deployments[name] = one

    def _read_urls(self, services: Sequence[ServiceTypeDef]) -> None:
        rows = [(one, row) for one in services for row in _balanced(one)]
        try:
            found = addresses_behind(self._aws, [row for _, row in rows])
        except AwsError as error:
            if not missing(error):
                raise
            found = [[] for _ in rows]
            self._alone |= {one["serviceName"] for one in services}
            if len(services) > 1:
                return
        for one in services:
            own = [
                address
                for (service, _), addresses in zip(rows, found, strict=True)
                if service is one
                for address in addresses
            ]
            url = first_page(own).url if own else ""
            self._urls[one["serviceName"]] = (groups_of(one), url)

    def _read_targets(self, name: str, groups: Sequence[str]) -> None:
        self._turn += 1
        self._looked[name] = self._turn
        states = list[str]()
        for arn in groups:
            try:
                answer = self._aws.call("elbv2", "describe_target_health", TargetGroupArn=arn)
            except AwsError as error:
                if not missing(error):
                    raise
                continue
            rows = answer["TargetHealthDescriptions"]
            states += [row.get("TargetHealth", {}).get("State", "") for row in rows]
        registered = len(states) - states.count("draining")
        self._targets[name] = Targets(states.count("healthy"), registered)


def _balanced(service: ServiceTypeDef) -> list[LoadBalancerTypeDef]:
    return [row for row in service.get("loadBalancers") or () if row.get("targetGroupArn")]


def groups_of(service: ServiceTypeDef) -> tuple[str, ...]:
    """The target groups of a service."""
    return tuple(row["targetGroupArn"] for row in _balanced(service))


def _shifts(service: ServiceTypeDef) -> bool:
    """Whether the service goes from one revision to the next by shifting traffic."""
    configuration: Document = service.get("deploymentConfiguration") or {}
    is_rolling = configuration.get("strategy", ROLLING) == ROLLING
    return not is_rolling and bool(service.get("currentServiceDeployment"))
