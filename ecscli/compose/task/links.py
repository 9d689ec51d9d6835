"""The containers of a task in network mode bridge, and the networks of their services -> `links`,
by which each resolves the names of those that start before it.

In this mode every container has a network of its own, and nothing but a link makes a name resolve.
A link also makes its container wait for the other one, so links follow one order and never form a
circle. Source: `links` of ContainerDefinition in the ECS API reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecscli.base.documents import Document, Draft
from ecscli.base.records import record
from ecscli.compose.ecs.images import repository_name
from ecscli.compose.ecs.limits import MAX_CONTAINERS
from ecscli.compose.project.model import Project, Service
from ecscli.compose.task.essential import awaited_to_end
from ecscli.compose.task.scene import Scene
from ecscli.compose.task.words import named_hosts, words_of

DEFAULT_NETWORK = "default"
# The variables that Docker sets in a container for a link with the alias `db`: DB_PORT, DB_NAME,
# DB_PORT_5432_TCP, DB_PORT_5432_TCP_ADDR, DB_ENV_POSTGRES_USER, ...
VARIABLE_OF_A_LINK = r"(?:NAME|PORT|PORT_\d+_(?:TCP|UDP)\w*|ENV_\w+)"
# Repositories whose programs read a variable that a link may set, and expect a number in it
READ_BY_IMAGES: Mapping[str, tuple[str, ...]] = {
    "immich-app/immich-server": ("DB_PORT", "REDIS_PORT"),
    "jboss/keycloak": ("DB_PORT",),
    "mastodon/mastodon": ("DB_PORT", "REDIS_PORT"),
    "mastodon/mastodon-streaming": ("DB_PORT", "REDIS_PORT"),
    "rediscommander/redis-commander": ("REDIS_PORT",),
    "tootsuite/mastodon": ("DB_PORT", "REDIS_PORT"),
}


@record
class ContainerLink:
    """`source` resolves the service `target` by the name `alias`."""

    source: str
    target: str
    alias: str

    @property
    def text(self) -> str:
        return self.target if self.alias == self.target else f"{self.target}:{self.alias}"

    @property
    def prefix(self) -> str:
        """What the variables begin with that Docker sets for this link."""
        return self.alias.upper().replace("-", "_").replace(".", "_")


def derive_links(containers: Sequence[Draft], scene: Scene) -> None:
    """Add a link to each container for every earlier one that shares a network with its service."""
    if scene.exact or scene.launch.on_fargate or scene.network_mode not in (None, "bridge"):
        return
    if len(containers) > MAX_CONTAINERS:
        return  # ECS refuses the task as a whole
    ended = awaited_to_end(containers)
    services = {service.name: service for service in scene.project.services}
    connected = {
        str(container["name"]): container
        for container in containers
        if container["name"] in services and not container.get("disableNetworking")
    }
    earlier: list[Service] = []
    for name in start_order(containers, scene.project):
        if name not in connected:
            continue
        service = services[name]
        links = [link for other in earlier for link in _between(service, other)]
        added = _add(connected[name], links)
        _report(service, connected[name], added, scene)
        if name not in ended:  # Docker refuses a link to a container that does not run
            earlier.append(service)


# ------------------------------------------------------------- the order in which containers start


def start_order(containers: Sequence[Document], project: Project) -> list[str]:
    """The names of the containers: each after those that it waits for, then after those that its
    words name as hosts, then services that publish no port before those that do, then as in the
    files. Containers in a circle are left out."""
    position = {name: index for index, name in enumerate(project.tree.get("services") or ())}
    publishing = {service.name for service in project.services if service.ports}
    waiting = {str(container["name"]): _awaited(container) for container in containers}
    named = {str(container["name"]): _named(container, list(waiting)) for container in containers}

    def rank(name: str) -> tuple[bool, bool, int]:
        names_later_ones = any(other in waiting for other in named[name])
        return names_later_ones, name in publishing, position.get(name, -1)

    order: list[str] = []
    while ready := [name for name, awaited in waiting.items() if awaited.issubset(order)]:
        first = min(ready, key=rank)
        order.append(first)
        del waiting[first]
    return order


def _awaited(container: Document) -> set[str]:
    """The containers that ECS starts before this one."""
    depended = [str(edge["containerName"]) for edge in container.get("dependsOn", ())]
    shared = [str(entry["sourceContainer"]) for entry in container.get("volumesFrom", ())]
    linked = [_target(link) for link in container.get("links", ())]
    return {*depended, *shared, *linked}


def _named(container: Document, names: Sequence[str]) -> set[str]:
    """The other containers that the words of this one name as hosts."""
    return {name for _, name in named_hosts(container, names) if name != container["name"]}


def _target(link: str) -> str:
    return link.partition(":")[0]


# ------------------------------------------------------------- who reaches whom, and by which names


def _between(service: Service, other: Service) -> Iterator[ContainerLink]:
    """A link for each name that Compose gives `other` in the networks of both."""
    shared = networks_of(service) & networks_of(other)
    if not shared:
        return
    aliases = [
        alias
        for attachment in other.networks
        if attachment.name in shared
        for alias in attachment.aliases
    ]
    container_name = [other.container_name] if other.container_name else []
    for alias in dict.fromkeys((other.name, *container_name, *aliases)):
        yield ContainerLink(service.name, other.name, alias)


def networks_of(service: Service) -> set[str]:
    """The networks of a service; Compose gives one to those that name none."""
    return {attachment.name for attachment in service.networks} or {DEFAULT_NETWORK}


def _add(container: Draft, links: Iterable[ContainerLink]) -> list[ContainerLink]:
    """The links that were added: an alias that is taken keeps its meaning."""
    given: list[str] = list(container.get("links", ()))
    taken = {link.rpartition(":")[2] for link in given}
    added: list[ContainerLink] = []
    for link in links:
        if link.alias not in taken:
            taken.add(link.alias)
            added.append(link)
    if added:
        container["links"] = [*given, *(link.text for link in added)]
    return added


# ------------------------------------------------------------- what the user learns


def _report(
    service: Service, container: Document, links: Sequence[ContainerLink], scene: Scene
) -> None:
    if not links:
        return
    targets = ", ".join(dict.fromkeys(link.target for link in links))
    scene.findings.notice(
        f"links make these names resolve: {targets}",
        service.where(),
        key=f"services.{service.name}",
    )
    given = {str(entry["name"]) for entry in container.get("environment", ())}
    read = _variables_read(service, container)
    for link in links:
        clashing = sorted(name for name in read if _is_set_by(link, name) and name not in given)
        for name in clashing:
            scene.findings.notice(
                f"{name} is read, and Docker sets it for the link to"
                f" {link.target}, to an address such as tcp://172.17.0.2:6379",
                service.where("environment") or service.where(),
                f"set {name} in environment, which wins",
                key=f"services.{service.name}",
            )


def _is_set_by(link: ContainerLink, variable: str) -> bool:
    return re.fullmatch(f"{re.escape(link.prefix)}_{VARIABLE_OF_A_LINK}", variable) is not None


def _variables_read(service: Service, container: Document) -> set[str]:
    """The variables that the container's own words name, or that its image is known to read."""
    texts = [text for _, text in words_of(container)]
    named = {name for text in texts for name in re.findall(r"\$\{?([A-Z][A-Z0-9_]*)", text)}
    return named | set(READ_BY_IMAGES.get(repository_name(service.image or ""), ()))
