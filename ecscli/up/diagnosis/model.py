"""What a diagnosis reads, and what it gives: Facts in, Reasons out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ecscli.base.records import field, record
from ecscli.up.diagnosis.targets import TargetChecks
from ecscli.up.diagnosis.unread import Unread

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import (
        ContainerInstanceTypeDef,
        FailureTypeDef,
        ServiceTypeDef,
        TaskDefinitionTypeDef,
        TaskTypeDef,
    )
    from types_boto3_elbv2.type_defs import TargetHealthDescriptionTypeDef

LOG_LINES = 20  # the last ones of a container
INSTANCES = "container instances"  # as they are named where they could not be read


@record
class Facts:
    """What was read. `tasks` have stopped or hang, `running` should run; `failures` are RunTask's;
    `logs` holds lines by TASK/CONTAINER; `checks`: how the `targets` are checked."""

    service: ServiceTypeDef | None = None
    tasks: Sequence[TaskTypeDef] = ()
    running: Sequence[TaskTypeDef] = ()
    failures: Sequence[FailureTypeDef] = ()
    instances: Sequence[ContainerInstanceTypeDef] = ()
    definition: TaskDefinitionTypeDef | None = None
    targets: Sequence[TargetHealthDescriptionTypeDef] = ()
    checks: TargetChecks = TargetChecks()
    logs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fargate: bool = False
    unread: Sequence[Unread] = ()


class Reason(NamedTuple):
    """One reason in one line; a lower rank is nearer to the cause, which `cause` gives in fewer
    words. `seen` is the rest of the line below a cause: how often, and where."""

    rank: int
    text: str
    kind: str
    cause: str = ""
    seen: str = ""
