"""What is live of a cluster: its stack, the ECS cluster itself, and its container instances."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.documents import Document
from ecscli.base.records import field, record

Detail = tuple[str, str | None, str | None]  # property, before, after
REVIEW = "REVIEW_IN_PROGRESS"  # made by a change set of type CREATE that was never executed


@record
class Stack:
    """A CloudFormation stack, as DescribeStacks describes it; `changed`: when it was made or last
    changed, in seconds since 1970, 0 where that is not known."""

    id: str
    name: str
    status: str
    reason: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    changed: float = 0.0

    @property
    def busy(self) -> bool:
        """True while CloudFormation works on it."""
        return self.status.endswith("_IN_PROGRESS") and self.status != REVIEW

    @property
    def empty(self) -> bool:
        """True where there is a record and nothing behind it."""
        return self.status in (REVIEW, "ROLLBACK_COMPLETE", "DELETE_COMPLETE")

    @property
    def stuck(self) -> bool:
        """True where CloudFormation takes no update before somebody repairs or deletes the
        stack."""
        return self.status in (
            "CREATE_FAILED",
            "ROLLBACK_FAILED",
            "DELETE_FAILED",
            "UPDATE_ROLLBACK_FAILED",
        )


@record
class Operation:
    """What CloudFormation is doing, or did last, with a stack: its kind (CREATE, UPDATE, DELETE),
    the token of who began it, and the ids of the events before it."""

    kind: str
    token: str = ""
    before: frozenset[str] = frozenset()


@record
class Resource:
    """One resource of a stack."""

    logical_id: str
    type: str
    physical_id: str
    status: str


@record
class Change:
    """One change of a change set. `action`: Add, Modify, Remove...; `replacement`: True, False,
    Conditional."""

    action: str
    logical_id: str
    type: str
    physical_id: str = ""
    replacement: str = "False"
    details: tuple[Detail, ...] = ()

    @property
    def replaces(self) -> bool:
        """True where something live is, or may be, made anew."""
        return self.action == "Modify" and self.replacement in ("True", "Conditional")

    @property
    def hurts(self) -> bool:
        """True where something live goes away."""
        return self.replaces or self.action == "Remove"


@record
class ChangeSet:
    """A change set that can be executed; without `changes` there is nothing to do.

    `seen` are the ids of older events; `fresh`: there was no stack, not even the record of one,
    before it. `compared`: found by comparing templates, nothing was made at AWS, and what is
    replaced is as far as known.
    """

    id: str
    stack_id: str
    stack_name: str
    new: bool
    changes: tuple[Change, ...] = ()
    seen: frozenset[str] = frozenset()
    fresh: bool = False
    compared: bool = False


@record
class Instance:
    """A container instance as ECS knows it; CPU in units, memory in MiB."""

    id: str
    ec2_id: str
    status: str
    connected: bool
    type: str = ""
    zone: str = ""
    agent: str = ""
    docker: str = ""
    running: int = 0
    pending: int = 0
    cpu: tuple[int, int] = (0, 0)  # registered, free
    memory: tuple[int, int] = (0, 0)

    @property
    def ready(self) -> bool:
        """True where ECS can place tasks on it."""
        return self.connected and self.status == "ACTIVE"


@record
class LiveCluster:
    """What exists under the names that are wanted. `template` is None where there is no stack."""

    stack: Stack | None = None
    cluster: Document | None = None
    template: str | None = None
