"""How the containers of a task resolve the names of other services -> the container that writes
their search domain, or the ports that Service Connect offers.

All containers of a task in network mode awsvpc share one /etc/resolv.conf. Sources: resolv.conf(5),
by which the last `search` line counts; ServiceConnectConfiguration in the ECS API reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ecscli.base.documents import Draft
from ecscli.base.records import field, record
from ecscli.compose.task.delivery import NAME as FILES
from ecscli.compose.task.delivery import wait_for

NAME = "compose-dns"
MEMORY = 16  # MiB
LONGEST_PORT_NAME = 64
RESOLVER = "/etc/resolv.conf"
# members that Docker refuses for a container in the network of another one
OF_ITS_OWN_NETWORK = ("hostname", "extraHosts", "dnsServers", "dnsSearchDomains")


@record
class Naming:
    """What is asked for the containers of a task; nothing where both are empty.

    `search`: the domain in which names are looked up, and `own` the name by which DNS finds these
    tasks there. `namespace`: that of Service Connect, which offers the ports of the containers in
    `offered`, by name the Compose service.
    """

    search: str = ""
    own: str = ""
    namespace: str = ""
    offered: Mapping[str, str] = field(default_factory=dict)


def add_search(request: Draft, domain: str, image: str, *, on_fargate: bool) -> None:
    """Let a container write the domain before the others start: the one that writes their files,
    where there is one."""
    containers = request["containerDefinitions"]
    line = search_line(domain)
    writer = next((one for one in containers if one["name"] == FILES), None)
    if writer is None:
        writer = {"name": NAME, "image": image, "essential": False, "command": ["sh", "-c", line]}
        if not on_fargate:  # there it would add to what the size of the task has to hold
            writer["memory"] = MEMORY
        containers.append(writer)
    else:
        *shell, script = writer["command"]
        writer["command"] = [*shell, f"{script}\n{line}"]
    for container in containers:
        if container is not writer:
            wait_for(container, writer["name"])


def search_line(domain: str) -> str:
    """The shell command that puts a domain in front of those that are searched already."""
    known = f"$(sed -n 's/^search[[:space:]]*//p' {RESOLVER} | tail -n 1)"
    return f'printf "\\nsearch %s %s\\n" {domain} "{known}" >> {RESOLVER}'


def connect(request: Draft, naming: Naming) -> Draft:
    """The serviceConnectConfiguration of a task's service, whose ports get the names that it has,
    and whose containers lose what Docker refuses them."""
    offered = []
    for container in request["containerDefinitions"]:
        if request.get("networkMode") != "awsvpc":
            _leave_out(container)
        service = naming.offered.get(container["name"])
        if service is not None:
            offered += _endpoints(container, service)
    configuration: Draft = {"enabled": True, "namespace": naming.namespace}
    return {**configuration, "services": offered} if offered else configuration


def _leave_out(container: Draft) -> None:
    for member in OF_ITS_OWN_NETWORK:
        container.pop(member, None)


def _endpoints(container: Draft, service: str) -> list[Draft]:
    """One for each TCP port. The first has the service's name in Cloud Map, where each exists
    once."""
    mappings = {
        mapping["containerPort"]: mapping
        for mapping in reversed(container.get("portMappings", ()))
        if mapping.get("protocol", "tcp") == "tcp"
    }
    name = service.lower()
    found: list[Draft] = []
    for port, mapping in reversed(mappings.items()):
        port_name = mapping.setdefault("name", _port_name(service, port))
        found.append(
            {
                "portName": port_name,
                "discoveryName": port_name if found else _cleaned(service),
                "clientAliases": [{"port": port, "dnsName": name}],
            }
        )
    return found


def _port_name(service: str, port: int) -> str:
    ending = f"-{port}"
    return _cleaned(service)[: LONGEST_PORT_NAME - len(ending)] + ending


def _cleaned(service: str) -> str:
    """The name as Service Connect takes it: lower case letters, digits, dashes, underscores."""
    return re.sub(r"[^a-z0-9_-]", "-", service.lower())[:LONGEST_PORT_NAME]
