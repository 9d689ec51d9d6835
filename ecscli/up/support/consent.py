"""PURE: the roles of containers that a support stack is to have, and what it has -> a finding for
each that nobody has agreed to."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.errors import Finding
from ecscli.support.names import stack_name
from ecscli.support.parts import Part
from ecscli.support.task_role import groups_of_roles, task_roles
from ecscli.support.template import compact_body, part_of
from ecscli.up.service.names import Names
from ecscli.up.support.live import LiveSupport
from ecscli.up.support.plan import CONSENT


def unagreed_roles(names: Names, roles: Part, stack: LiveSupport) -> Iterator[Finding]:
    """The roles that would be made or changed."""
    if not roles:
        return
    name = stack_name(names.cluster, names.project)
    live = task_roles(part_of(stack.body)) if stack.is_of(names) else {}
    needed = part_of(compact_body(roles))
    groups = groups_of_roles(needed)
    for id_, properties in task_roles(needed).items():
        role = f"role {id_} in stack {name}"
        if id_ not in live:
            message = f"{groups[id_]} needs {role}, which does not exist"
            yield Finding(message, hint=f"let {CONSENT} make it")
        elif live[id_] != properties:
            message = f"{groups[id_]} needs other rights than {role} has"
            yield Finding(message, hint=f"let {CONSENT} change it")
