"""PURE: the execution role that a task needs, and what is there of one -> the role, the stack to
make or to change for it, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import field, record
from ecscli.compose.ecs.agent_role import ExecutionRole, Origin
from ecscli.support.names import EXECUTION_ROLE, stack_name
from ecscli.support.parts import Part
from ecscli.support.reads import Reads
from ecscli.support.role import lacking, role_part, surplus
from ecscli.support.template import is_same, part_of, readable_body
from ecscli.up.model import DeployStack, Ref
from ecscli.up.service.names import Names
from ecscli.up.support.deployment import deployment, foreign

if TYPE_CHECKING:
    from ecscli.up.support.live import LiveSupport

CONSENT = "--capability-iam"
SURPLUS_HINT = (
    "tasks that run may need it; `ecscli compose down` deletes the role with its stack, and"
    f" {CONSENT} makes one that reads what the files use"
)


@record
class WantedSupport:
    """What a project needs: a role that can read this. `consent`: a role may be made or changed."""

    names: Names
    reads: Reads
    consent: bool = False

    @property
    def stack(self) -> str:
        return stack_name(self.names.cluster, self.names.project)


@record
class SupportStack:
    """The stack that has the role, and what makes or changes it where that is needed; `earlier`:
    what is done to it before that."""

    name: str
    deployment: DeployStack | None = None
    earlier: tuple[DeployStack, ...] = ()


@record
class Support:
    """The role, without an ARN where there is none; the stack that has it; and what is worth
    knowing. `part`: what the stack is to have of the role."""

    role: ExecutionRole
    stack: SupportStack | None = None
    notices: tuple[Finding, ...] = ()
    part: Part = field(default_factory=Part)


def plan_support(wanted: WantedSupport, live: LiveSupport) -> Support:
    """The role of the project's own stack, else the account's, else one that is made with consent.

    Raises InputError where the stack is somebody else's, or its role lacks a right and there is no
    consent.
    """
    mine = live.is_of(wanted.names)
    if mine and live.role:
        return _of_stack(wanted, live, live.role)
    account = live.account_role
    if account and account.arn:
        notice = Finding(f"execution role {account.arn}: the files name none")
        role = ExecutionRole(account.arn, account.arn.rpartition("/")[2], Origin.FOUND)
        return Support(role, notices=(*account.remarks, notice))
    remarks = account.remarks if account else ()
    if not wanted.consent or not wanted.names.cluster:
        return Support(_none(wanted, account.why_not if account else ""), notices=remarks)
    if live.stack is not None and not mine:
        raise foreign(wanted.names, live.stack)
    part = role_part(wanted.reads, live.body)
    stack = SupportStack(wanted.stack, _deployment(wanted, part, live))
    return Support(_made(wanted), stack, remarks, part)


def _of_stack(wanted: WantedSupport, live: LiveSupport, arn: str) -> Support:
    """The stack's role; what it read before it goes on reading, as tasks that run need it."""
    role = ExecutionRole(arn, EXECUTION_ROLE, Origin.FOUND)
    lacks = lacking(live.body, wanted.reads)
    if lacks and not wanted.consent:
        message = f"role {EXECUTION_ROLE} of stack {wanted.stack} may not read {', '.join(lacks)}"
        raise InputError(message, hint=f"let {CONSENT} change it")
    part = role_part(wanted.reads, live.body)
    changed = _deployment(wanted, part, live)
    notices = tuple(_surplus(wanted, live))
    is_current = is_same(live.body, str(changed.request["TemplateBody"]))
    if is_current or not wanted.consent:
        return Support(role, SupportStack(wanted.stack), notices)
    return Support(role, SupportStack(wanted.stack, changed), notices, part)


def _surplus(wanted: WantedSupport, live: LiveSupport) -> Iterator[Finding]:
    """The warning of what the files do not use any more."""
    left = surplus(live.body, wanted.reads)
    if left:
        message = f"role {EXECUTION_ROLE} of stack {wanted.stack} may still read {', '.join(left)}"
        yield Finding(f"{message}, which the files do not use", None, SURPLUS_HINT)


def _made(wanted: WantedSupport) -> ExecutionRole:
    output = f"{wanted.stack}.{EXECUTION_ROLE}"
    return ExecutionRole(Ref(output, output), EXECUTION_ROLE, Origin.MADE)


def _none(wanted: WantedSupport, why: str) -> ExecutionRole:
    way = ""
    if wanted.names.cluster:
        way = f"{CONSENT} makes {EXECUTION_ROLE} in stack {wanted.stack}"
    return ExecutionRole(None, why=why, way=way)


def _deployment(wanted: WantedSupport, role: Part, live: LiveSupport) -> DeployStack:
    """The stack with the role; what layout services has made in it stays."""
    whole = part_of(live.body) + role
    return deployment(wanted.names, whole, readable_body(whole), live.body)
