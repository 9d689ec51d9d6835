"""What is decided about the names of a project: how each group finds others and is found."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.records import field, record
from ecscli.compose.params.discovery_settings import DNS, NONE, SERVICE_CONNECT


@record
class GroupNames:
    """How the tasks of a group find other services and are found; `mode` is one of MODES.

    `registered`: the Compose service by whose name DNS finds all tasks of the group; empty where it
    finds none. `endpoints`: the Compose services with ports that Service Connect offers. `search`:
    names resolve without their domain. `is_job`: its tasks are started by RunTask.
    """

    mode: str = NONE
    registered: str = ""
    endpoints: tuple[str, ...] = ()
    search: bool = True
    is_job: bool = False

    def finds(self, service: str, other: GroupNames) -> bool:
        """Whether these tasks resolve the name of a service of another group."""
        if self.mode == DNS and other.mode == DNS:
            return self.search and service == other.registered
        if self.mode == SERVICE_CONNECT and other.mode == SERVICE_CONNECT:
            return not self.is_job and service in other.endpoints
        return False


@record
class Discovery:
    """The names of a project: its `groups`, and the namespaces that they need, empty for none.

    Service Connect has none where no group has an endpoint. `given`: the namespace is there
    already, and not of the project's own. `front_ends` are
    (dependent, awaited), groups of which the first keeps an address of the second for as long as
    it runs. With Service Connect `calls` are (caller, called), and `neighbours` those that share a
    network.
    """

    groups: Mapping[str, GroupNames] = field(default_factory=dict)
    dns_namespace: str = ""
    connect_namespace: str = ""
    given: bool = False
    front_ends: frozenset[tuple[str, str]] = field(default=frozenset())
    calls: frozenset[tuple[str, str]] = field(default=frozenset())
    neighbours: frozenset[tuple[str, str]] = field(default=frozenset())

    def of(self, group: str) -> GroupNames:
        return self.groups.get(group, GroupNames())

    def connects(self, group: str) -> bool:
        """Whether the ECS service of a group has Service Connect."""
        names = self.of(group)
        return bool(self.connect_namespace) and names.mode == SERVICE_CONNECT and not names.is_job

    @property
    def registered(self) -> dict[str, str]:
        """By group the name in Cloud Map of those that DNS finds, in the order of the files."""
        found = {name: one.registered for name, one in self.groups.items()}
        return {name: registered for name, registered in found.items() if registered}
