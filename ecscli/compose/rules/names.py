"""Rules of names: a service that another one names as a host, where that name does not resolve.

In network mode bridge a container resolves the names of its links alone; in awsvpc and host the
containers of a task share one network, and none of their names resolves but, in layout services,
the one by which DNS finds the task. Source: Developer guide, "Amazon ECS task networking options
for EC2".
"""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.compose.rules.subject import Container, Problem, Subject
from ecscli.compose.task.words import named_hosts

Found = Iterator[Problem]
WITHOUT_NAMES = "none"  # the network mode in which nothing is reached at all


def unresolved(subject: Subject, one: Container) -> Found:
    """A name of another service in environment, command or health check resolves by a link
    alone."""
    if subject.network_mode == WITHOUT_NAMES or one.name not in subject.services:
        return
    named = dict.fromkeys(named_hosts(one.definition, subject.services))
    if not named:
        return
    known = set(subject.names) - {one.name, *resolved_names(subject, one)}
    found = [(key, name) for key, name in named if name in known]
    for key, name in found:
        yield _problem(subject, one, key, name)


def resolved_names(subject: Subject, one: Container) -> set[str]:
    """The names that resolve in a container: of links, extra hosts, Service Connect, and the one by
    which DNS finds its task."""
    links = {str(link).rpartition(":")[2] for link in one.definition.get("links") or ()}
    hosts = {str(entry.get("hostname")) for entry in one.items("extraHosts")}
    connected = subject.run.fields.get("serviceConnectConfiguration") or {}
    aliases = {
        str(alias.get("dnsName"))
        for service in connected.get("services") or ()
        for alias in service.get("clientAliases") or ()
    }
    return links | hosts | aliases | {subject.run.own_name}


def _problem(subject: Subject, one: Container, key: str, name: str) -> Problem:
    if subject.network_mode != "bridge":
        message = f'"{name}" does not resolve: the containers of a task share one network'
        return one.problem(key, message, f"write localhost instead of {name}").as_warning()
    links = subject.named[name].definition.get("links") or ()
    if one.name in {str(link).partition(":")[0] for link in links}:
        hint = (
            f"{name} has a link back, and links form no circle: where {name} need not reach"
            f" {one.name}, write depends_on: [{name}]; in awsvpc it is localhost"
        )
    else:
        hint = f"in network mode bridge a link makes it resolve: links: [{name}]"
    return one.problem(key, f'"{name}" does not resolve in this container', hint).as_warning()


CONTAINER_RULES = (unresolved,)
