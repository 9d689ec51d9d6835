"""Stacks, their resources, events and change sets while they live."""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds import Made
from ecscli.sandbox.stacks.parameters import Value

#: Statuses in which a stack can be updated.
UPDATABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")

#: What DeletionPolicy and UpdateReplacePolicy can be, of what the sandbox makes a difference of.
DELETE, RETAIN, EXCEPT_ON_CREATE = "Delete", "Retain", "RetainExceptOnCreate"


@dataclass(slots=True, eq=False)
class Resource:
    """One resource of a stack: what was declared (functions resolved), what exists, and its
    DeletionPolicy and UpdateReplacePolicy."""

    logical_id: str
    type: str
    declared: Json
    made: Made | None = None
    status: str = ""
    reason: str | None = None
    updated_at: float = 0.0
    deletion: str = DELETE
    replacement: str = DELETE

    @property
    def undoing(self) -> str:
        """The deletion policy when the operation that has made the resource is rolled back."""
        return DELETE if self.deletion == EXCEPT_ON_CREATE else self.deletion

    @property
    def physical_id(self) -> str:
        return self.made.id if self.made else ""


@dataclass(slots=True, eq=False)
class ChangeSet:
    """A change set; `given` holds what its execution needs."""

    name: str
    arn: str
    kind: str
    text: str
    document: Json
    values: dict[str, Value]
    tags: list[Json]
    created_at: float
    capabilities: list[str] = field(default_factory=list)
    description: str = ""
    status: str = "CREATE_PENDING"
    reason: str = ""
    execution: str = "UNAVAILABLE"
    changes: list[Json] = field(default_factory=list)
    on_failure: str = "ROLLBACK"


@dataclass(slots=True, eq=False)
class Stack:
    """One stack; `text` and `values` are those of the last successful operation."""

    name: str
    id: str
    created_at: float
    text: str = ""
    document: Json = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    tags: list[Json] = field(default_factory=list)
    capabilities: list[str] = field(default_factory=list)
    status: str = "REVIEW_IN_PROGRESS"
    reason: str | None = None
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: list[Json] = field(default_factory=list)
    events: deque[Json] = field(default_factory=lambda: deque(maxlen=2000))
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    updated_at: float | None = None
    deleted_at: float | None = None
    protected: bool = False
    disable_rollback: bool = False
    token: str | None = None
    role: str | None = None
    doing: Any = None

    @property
    def busy(self) -> bool:
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    def note(
        self, now: float, resource: Resource | None, status: str, reason: str | None = None
    ) -> None:
        """Change a status, the stack's own or a resource's, and write the event."""
        if resource is None:
            self.status, self.reason = status, reason
        else:
            resource.status, resource.reason, resource.updated_at = status, reason, now
        event: Json = {
            "StackId": self.id,
            "StackName": self.name,
            "Timestamp": now,
            "ResourceStatus": status,
            **self.subject(resource, status),
        }
        optional = {"ResourceStatusReason": reason, "ClientRequestToken": self.token}
        given = {name: value for name, value in optional.items() if value}
        self.events.appendleft({**event, **given})

    def subject(self, resource: Resource | None, status: str) -> Json:
        """What an event is about, and its id."""
        if resource is None:
            return {
                "EventId": str(uuid.uuid4()),
                "LogicalResourceId": self.name,
                "PhysicalResourceId": self.id,
                "ResourceType": "AWS::CloudFormation::Stack",
            }
        return {
            "EventId": f"{resource.logical_id}-{status}-{uuid.uuid4()}",
            "LogicalResourceId": resource.logical_id,
            "PhysicalResourceId": resource.physical_id,
            "ResourceType": resource.type,
        }
