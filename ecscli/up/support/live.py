"""READS: the support stack of a project with its template, and the account's execution role where
that may be needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecscli.base.errors import EcsCliError
from ecscli.base.records import record
from ecscli.support import names as support
from ecscli.support.parts import Part
from ecscli.support.template import part_of
from ecscli.up.project.live import read_services
from ecscli.up.project.ownership import is_ours
from ecscli.up.service.live import describe_service
from ecscli.up.service.names import Names
from ecscli.up.stack import live as stack_live
from ecscli.up.stack.model import Stack
from ecscli.up.support.account_role import AccountRole, AskRights, read_account_role
from ecscli.up.tasks.live import project_tasks

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class LiveSupport:
    """The stack, None where there is none or only its record, with its template as it was sent;
    and the account's role, None where the stack has one. `denied`: why it could not be read."""

    stack: Stack | None = None
    body: str = ""
    account_role: AccountRole | None = None
    denied: EcsCliError | None = None

    @property
    def outputs(self) -> Mapping[str, str]:
        """The outputs of the stack."""
        return self.stack.outputs if self.stack else {}

    @property
    def role(self) -> str | None:
        """The ARN of the execution role in the stack."""
        return self.outputs.get(support.EXECUTION_ROLE)

    def is_of(self, names: Names) -> bool:
        """Whether there is a stack, and it is the project's own."""
        return self.stack is not None and support.is_of(
            self.stack.tags, names.cluster, names.project
        )

    def part(self, names: Names) -> Part:
        """What the project's own stack has; nothing of somebody else's."""
        return part_of(self.body) if self.is_of(names) else Part()


def read_support(aws: Aws, names: Names, ask: AskRights) -> LiveSupport:
    """What is there for the project on its cluster; without a cluster the account's role alone."""
    if not names.cluster:
        return LiveSupport(account_role=read_account_role(aws, ask))
    found = read_stack(aws, names)
    if found.role and found.is_of(names):
        return found
    return LiveSupport(found.stack, found.body, read_account_role(aws, ask))


def read_stack(aws: Aws, names: Names) -> LiveSupport:
    """The stack of the project's name on the cluster, whosever it is."""
    name = support.stack_name(names.cluster, names.project)
    stack = stack_live.stack(aws, name)
    if stack is None or stack.empty:
        return LiveSupport()
    return LiveSupport(stack, stack_live.template(aws, stack.id) or "")


def own_stack(aws: Aws, names: Names) -> Stack | None:
    """The project's own stack, or the record of one."""
    found = stack_live.stack(aws, support.stack_name(names.cluster, names.project))
    live = LiveSupport(found)
    return found if live.is_of(names) else None


def tasks_that_stay(aws: Aws, names: Names, stack: Stack | None) -> str:
    """In words, what keeps a stack while the project's service goes; empty for nothing."""
    if stack is None:
        return ""
    if project_tasks(aws, names, "RUNNING"):
        return f"tasks of {names.project} run"
    return _services_of_the_layout(aws, names)


def service_that_stays(aws: Aws, names: Names, stack: Stack | None) -> str:
    """In words, what keeps a stack while the project's tasks go; empty for nothing."""
    if stack is None:
        return ""
    return _service(aws, names) or _services_of_the_layout(aws, names)


def others_that_stay(aws: Aws, names: Names, stack: Stack | None) -> str:
    """In words, what keeps a stack while the services of layout services go; empty for nothing."""
    if stack is None:
        return ""
    tasks = project_tasks(aws, names, "RUNNING")
    return _service(aws, names) or (f"tasks of {names.project} run" if tasks else "")


def _service(aws: Aws, names: Names) -> str:
    service = describe_service(aws, names)
    is_there = service is not None and service.get("status") != "INACTIVE"
    return f"service {names.service} is there" if is_there else ""


def _services_of_the_layout(aws: Aws, names: Names) -> str:
    """The services that layout services made for the project."""
    found = read_services(aws, names.cluster, f"{names.service}-")
    ours = [name for name, one in found.items() if is_ours(one, names.project)]
    return f"{', '.join(ours)} of layout services run" if ours else ""
