"""`--secrets` of the commands that end a project: its secrets deleted, once the user agrees."""

from __future__ import annotations

import click

from ecscli.base.errors import Interrupted
from ecscli.base.records import record
from ecscli.commands.compose.flags import project_request
from ecscli.commands.context import App
from ecscli.up.model import Plan
from ecscli.workflows.secrets import stored


@record
class DownSecrets:
    """Whether the `secrets` that were created for the project are deleted; `yes`: without a
    question."""

    secrets: bool = False
    yes: bool = False

    def refuse(self) -> None:
        """Raise UsageError where secrets are to be deleted beside services that need them again."""
        if self.secrets:
            raise click.UsageError("--secrets is not for layout services, which start again")

    def plan(self, app: App) -> Plan:
        """What would be deleted; nothing where that is not asked for."""
        return stored.plan_removal(app.aws, project_request(app)) if self.secrets else Plan()

    def confirm(self, app: App, plan: Plan) -> None:
        """Ask before anything is changed. Raises Interrupted at a no."""
        if not plan or self.yes:
            return
        names = ", ".join(action.subject for action in plan.actions)
        if not app.console.confirm(f"Delete the secrets {names} as well?", "--yes"):
            raise Interrupted("Nothing was changed.")

    def delete(self, app: App, plan: Plan) -> None:
        """Delete them, once nothing uses them any longer."""
        if self.secrets:
            app.report(stored.apply(app.aws(), plan))


def joined(one: Plan, other: Plan) -> Plan:
    """Two plans as one, to show."""
    return Plan((*one.actions, *other.actions), (*one.notices, *other.notices))
