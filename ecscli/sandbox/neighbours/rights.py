"""What the execution role of a task may read: judged where the role was made in the sandbox and has
policies; any other role may read everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.sandbox.ecs.model import Task
from ecscli.sandbox.neighbours.region import Region
from ecscli.sandbox.partitions import partition_of
from ecscli.sandbox.policies import ALLOWED, decision
from ecscli.sandbox.shapes import Json

if TYPE_CHECKING:
    from moto.iam.models import Role


class Rights(Region):
    def may_not(self, task: Task, action: str, resource: str) -> str | None:
        """The words in which IAM refuses an action to the task's execution role."""
        role = self._execution_role(task)
        if role is None:
            return None
        from ecscli.sandbox.moto.repairs.identity.simulation import policies_of

        policies: list[Json] = list(policies_of(role))
        if not policies or decision(policies, action, resource) == ALLOWED:
            return None
        partition = partition_of(self.region)
        user = f"arn:{partition}:sts::{self.account}:assumed-role/{role.name}/{task.id}"
        return (
            f"AccessDeniedException: User: {user} is not authorized to perform: {action} on"
            f" resource: {resource} because no identity-based policy allows the {action} action"
        )

    def _execution_role(self, task: Task) -> Role | None:
        arn = task.overrides.get("executionRoleArn") or task.definition.document.get(
            "executionRoleArn"
        )
        return self.role(arn)

    def role(self, arn: str | None) -> Role | None:
        """A role that was made in the sandbox."""
        from moto.backends import get_backend

        roles = get_backend("iam")[self.account][partition_of(self.region)].get_roles()
        return next((one for one in roles if one.arn == arn), None)
