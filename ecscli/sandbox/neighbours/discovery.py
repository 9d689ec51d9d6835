"""Cloud Map, and the names that it gives to tasks: registered while they run, healthy where their
health checks find them so, answered as the DNS of their VPC answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.sandbox.ecs.model import Task
from ecscli.sandbox.errors import invalid
from ecscli.sandbox.neighbours.addresses import address_of, quietly
from ecscli.sandbox.neighbours.region import Region
from ecscli.sandbox.shapes import Json

if TYPE_CHECKING:
    from moto.servicediscovery.models import Namespace
    from moto.servicediscovery.models import Service as Registry

#: How many addresses an answer of the DNS has at most, and how many CNAMEs are followed.
MOST_ANSWERS, MOST_ALIASES = 8, 8
#: Types of records that hold an address.
ADDRESSES = ("A", "AAAA")


class Discovery(Region):
    # ------------------------------------------------------------------------------- what is there

    def namespace_exists(self, name: str) -> bool:
        """Whether Cloud Map has a namespace of this name or ARN."""
        return self.namespace_arn(name) is not None

    def namespace_arn(self, name: str) -> str | None:
        """The ARN of a namespace by its name or ARN."""
        found = self.backend("servicediscovery").namespaces.values()
        return next((str(one.arn) for one in found if name in (one.name, one.arn)), None)

    def namespace_name(self, arn: str) -> str:
        return str(self.backend("servicediscovery").namespaces[arn.rpartition("/")[2]].name)

    def record_types(self, registry_arn: str) -> tuple[str, ...]:
        """The types of DNS records of a Cloud Map service, none without DNS; refused where there
        is no such service."""
        found = self._registry(registry_arn)
        if found is None:
            raise invalid(f"The service registry {registry_arn} does not exist.")
        return record_types(found)

    def _registry(self, arn: str) -> Registry | None:
        return self.backend("servicediscovery").services.get(arn.rpartition("/")[2])

    # ---------------------------------------------------------------------------- tasks come and go

    def register_names(self, task: Task) -> None:
        """Register a task that runs in the Cloud Map service of its ECS service."""
        settings = task.service.settings if task.service else {}
        for registry in settings.get("serviceRegistries") or []:
            attributes = {**self._about(task), **port_of(task, registry)}
            self._register(task, registry["registryArn"].rpartition("/")[2], attributes)

    def _register(self, task: Task, service_id: str, attributes: dict[str, str]) -> None:
        if service_id not in self.backend("servicediscovery").services:
            return  # deleted under the service, which then goes without
        self.backend("servicediscovery").register_instance(service_id, task.id, task.id, attributes)
        task.cloud_map.append((service_id, task.id))

    def note_health(self, task: Task) -> None:
        """Bring the health of a registered task to Cloud Map, where its service takes it."""
        cloud_map = self.backend("servicediscovery")
        for service_id, instance_id in task.cloud_map:
            found = cloud_map.services.get(service_id)
            if found is not None and found.health_check_custom_config is not None:
                quietly(
                    cloud_map.update_instance_custom_health_status,
                    service_id,
                    instance_id,
                    health_of(task),
                )

    def place_of(self, task: Task, container: str, port: int) -> tuple[str, int]:
        """Host and port at which other tasks reach a port of a container; empty where they do
        not."""
        _, found = address_of(task, container, port) or ("", 0)
        host = task.private_ip or (task.instance.host_ip if task.instance else "")
        return (host, found) if found else ("", 0)

    def deregister_names(self, task: Task) -> None:
        for service_id, instance_id in task.cloud_map:
            quietly(self.backend("servicediscovery").deregister_instance, service_id, instance_id)
        task.cloud_map = []

    def _about(self, task: Task) -> dict[str, str]:
        """What Cloud Map knows of every task."""
        host = task.instance.host_ip if task.instance else ""
        return {
            "AWS_INIT_HEALTH_STATUS": health_of(task),
            "AVAILABILITY_ZONE": task.zone,
            "ECS_CLUSTER_NAME": task.cluster,
            "ECS_SERVICE_NAME": task.service.name if task.service else "",
            "ECS_TASK_DEFINITION_FAMILY": task.definition.family,
            "REGION": self.region,
            "AWS_INSTANCE_IPV4": task.private_ip or host,
        }

    # ---------------------------------------------------------------------------- names, as DNS has

    def dns_names(self, task: Task) -> list[tuple[str, str]]:
        """The names under which DNS gives the address of a task, each with the id of its private
        namespace: that of its registry while it is healthy there, and aliases of it."""
        cloud_map = self.backend("servicediscovery")
        found = []
        for service_id, _ in task.cloud_map:
            service = cloud_map.services.get(service_id)
            namespace = cloud_map.namespaces.get(service.namespace_id) if service else None
            if namespace is not None and is_answered(service, task):
                own = f"{service.name}.{namespace.name}"
                aliases = self._aliases_of(namespace, own)
                found += [(str(namespace.id), name) for name in (own, *aliases)]
        return found

    def _aliases_of(self, namespace: Namespace, name: str) -> list[str]:
        """The names of the namespace that lead to this one."""
        return [
            f"{one.name}.{namespace.name}"
            for one in self.backend("servicediscovery").services.values()
            if one.namespace_id == namespace.id and alias_of(one) == name
        ]

    def private_namespaces(self, vpc: str | None) -> list[Namespace]:
        """The namespaces whose names the DNS of a VPC knows."""
        found = self.backend("servicediscovery").namespaces.values()
        return [one for one in found if vpc is not None and one.vpc == vpc]

    def vpc_of(self, task: Task) -> str | None:
        """The VPC that a task, or its instance, is in."""
        if task.eni:
            return str(self.backend("ec2").enis[task.eni].subnet.vpc_id)
        return task.instance.attributes.get("ecs.vpc-id") if task.instance else None

    def looked_up(self, vpc: str | None, name: str) -> list[str] | None:
        """The addresses of a whole name in the DNS of a VPC, at most eight; None where there is no
        such name."""
        for _ in range(MOST_ALIASES):
            found = self._service_named(vpc, name)
            if found is None:
                return None
            alias = alias_of(found)
            if alias is None:
                return addresses_of(found)
            name = alias
        return None

    def _service_named(self, vpc: str | None, name: str) -> Registry | None:
        wanted = name.rstrip(".").lower()
        names = {one.id: one.name.lower() for one in self.private_namespaces(vpc)}
        for one in self.backend("servicediscovery").services.values():
            namespace = names.get(one.namespace_id)
            if one.dns_config and f"{one.name.lower()}.{namespace}" == wanted:
                return one
        return None


def record_types(service: Registry) -> tuple[str, ...]:
    """The types of DNS records of a Cloud Map service."""
    records = (service.dns_config or {}).get("DnsRecords", [])
    return tuple(str(one["Type"]) for one in records)


def health_of(task: Task) -> str:
    """The health of a task in Cloud Map: good without checks, bad until they find it good."""
    checked = any(one.checked and one.essential for one in task.containers)
    return "HEALTHY" if not checked or task.health == "HEALTHY" else "UNHEALTHY"


def is_answered(service: Registry, task: Task) -> bool:
    """Whether the DNS gives the address of a registered task."""
    if not set(record_types(service)) & set(ADDRESSES):
        return False
    healthy = {one.instance_id for one in service.instances if one.health_status == "HEALTHY"}
    return task.id in healthy


def alias_of(service: Registry) -> str | None:
    """The name that a service with CNAME records leads to."""
    for one in service.instances if "CNAME" in record_types(service) else ():
        return str(one.attributes["AWS_INSTANCE_CNAME"])
    return None


def addresses_of(service: Registry) -> list[str]:
    """The addresses of the healthy instances, where the service has A records."""
    if "A" not in record_types(service):
        return []
    found = [
        one.attributes["AWS_INSTANCE_IPV4"]
        for one in service.instances
        if one.health_status == "HEALTHY"
    ]
    most = 1 if service.dns_config["RoutingPolicy"] == "WEIGHTED" else MOST_ANSWERS
    return found[:most]


def port_of(task: Task, registry: Json) -> dict[str, str]:
    """The port of a Cloud Map instance, where the service registry names a port or a container."""
    port = registry.get("port") or registry.get("containerPort")
    name = registry.get("containerName") or task.containers[0].name
    address = address_of(task, name, registry.get("containerPort"))
    if address and not task.private_ip:
        port = address[1]
    return {"AWS_INSTANCE_PORT": str(port)} if port else {}
