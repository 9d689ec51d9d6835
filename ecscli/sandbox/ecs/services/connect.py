"""Service Connect: the endpoints that services offer in a namespace, and those that the tasks of a
deployment know, which are the ones that were there when it began."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.sandbox.ecs.model import (
    Cluster,
    Container,
    Definition,
    Deployment,
    Endpoint,
    Service,
    Task,
)
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.shapes import Json

#: What Docker refuses of a container that lives in the network of another one, in its words.
CONFLICTS = {
    "links": "container type network can't be used with links. This would result in undefined"
    " behavior",
    "hostname": "hostname and the network mode",
    "dnsServers": "dns and the network mode",
    "dnsSearchDomains": "dns and the network mode",
    "extraHosts": "custom host-to-IP mapping and the network mode",
}


def configuration_of(settings: Json) -> Json:
    """The configuration of a service that takes part, else nothing."""
    found: Json = settings.get("serviceConnectConfiguration") or {}
    return found if found.get("enabled") else {}


def namespace_of(ecs: Ecs, cluster: Cluster, settings: Json) -> str | None:
    """The ARN of the namespace that a service takes part in: its own, or the cluster's default."""
    configuration = configuration_of(settings)
    if not configuration:
        return None
    name = configuration.get("namespace") or cluster.connect.get("namespace")
    return ecs.neighbours.namespace_arn(name) if name else None


def need_proxies(ecs: Ecs, definition: Definition, request: Json) -> None:
    """Refuse an alias whose port is not that of the container, where no proxy maps the one to the
    other: a name is then the address of a real container."""
    ports = ports_by_name(definition)
    offered = configuration_of(request).get("services") or []
    for one in () if ecs.runtime.has_proxies else offered:
        _, port = ports[one["portName"]]
        for alias in one.get("clientAliases") or []:
            if alias["port"] != port:
                raise ApiError(
                    "UnsupportedFeatureException",
                    "The sandbox has no proxies of Service Connect between real containers: the"
                    f" port {alias['port']} of a client alias must be the container port {port}.",
                )


def conflict(task: Task, container: Container) -> str | None:
    """Why a container of a task in bridge mode does not start beside the proxy: it then lives in
    the network of a pause container, whose options are not its own."""
    settings = task.service.settings if task.service else {}
    if task.definition.network_mode != "bridge" or not configuration_of(settings):
        return None
    for member, words in CONFLICTS.items():
        if container.definition.get(member):
            return (
                "CannotCreateContainerError: Error response from daemon: conflicting options:"
                f" {words}"
            )
    return None


def offered(
    ecs: Ecs, cluster: Cluster, service: Service, settings: Json, definition: Definition
) -> Iterator[Endpoint]:
    """The endpoints of one service; without an alias of its own a client finds each by the name
    DISCOVERYNAME.NAMESPACE."""
    namespace = namespace_of(ecs, cluster, settings)
    if namespace is None:
        return
    name = ecs.neighbours.namespace_name(namespace)
    ports = ports_by_name(definition)
    for one in configuration_of(settings).get("services") or []:
        discovery = one.get("discoveryName") or one["portName"]
        container, port = ports.get(one["portName"], ("", 0))
        for alias in one.get("clientAliases") or [{"port": port}]:
            dns_name = alias.get("dnsName") or f"{discovery}.{name}"
            yield Endpoint(
                namespace, discovery, dns_name, alias["port"], container, port, service.arn
            )


def ports_by_name(definition: Definition) -> dict[str, tuple[str, int]]:
    """Container and port of each named port mapping."""
    return {
        port["name"]: (container["name"], port["containerPort"])
        for container in definition.containers
        for port in container["portMappings"]
        if port.get("name")
    }


def freeze(ecs: Ecs, service: Service, deployment: Deployment) -> None:
    """Note the endpoints that exist as the deployment begins, its own among them."""
    cluster = ecs.clusters[service.cluster]
    namespace = namespace_of(ecs, cluster, deployment.settings)
    if namespace is None:
        return
    found = list(offered(ecs, cluster, service, deployment.settings, deployment.definition))
    for one in ecs.all_services():
        if one is not service and one.status == "ACTIVE":
            home = ecs.clusters[one.cluster]
            found += offered(ecs, home, one, one.settings, one.definition)
    deployment.endpoints = tuple(one for one in found if one.namespace == namespace)


def known_to(ecs: Ecs, task: Task, name: str) -> Endpoint | None:
    """The endpoint of a name that a task's proxy knows; only tasks of services have a proxy."""
    history = task.service.history if task.service else []
    for deployment in history:
        if deployment.id == task.deployment:
            known = deployment.endpoints
            return next((one for one in known if one.dns_name == name.rstrip(".").lower()), None)
    return None


def addresses_of(ecs: Ecs, endpoint: Endpoint) -> list[str]:
    """HOST:PORT of the tasks behind an endpoint that serve now."""
    for service in ecs.all_services():
        if service.arn == endpoint.service:
            addresses = [address_of(ecs, task, endpoint) for task in service.tasks.values()]
            return sorted(one for one in addresses if one)
    return []


def address_of(ecs: Ecs, task: Task, endpoint: Endpoint) -> str:
    if not task.healthy:
        return ""
    host, port = ecs.neighbours.place_of(task, endpoint.container, endpoint.container_port)
    return f"{host}:{port}" if host else ""
