"""`--secrets`, `--repositories` and `--volumes` of the commands that end a project: what it leaves
behind deleted, once the user agrees."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TypeVar

import click

from ecscli.base.errors import Interrupted
from ecscli.base.records import record
from ecscli.commands.compose.flags import project_request
from ecscli.commands.context import App
from ecscli.up.model import DeleteFileSystem, DeleteRepository, DeleteSecret, Event, Plan
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.images import remove
from ecscli.workflows.secrets import stored
from ecscli.workflows.storage import remove as storage

T = TypeVar("T")


@record
class Remains:
    """Whether the `secrets`, the `repositories` and the file systems of `volumes` that were created
    for the project are deleted; `yes`: without a question."""

    secrets: bool = False
    repositories: bool = False
    volumes: bool = False
    yes: bool = False

    def refuse_beside(self, services: Sequence[str]) -> None:
        """Raise UsageError where only some services go, as the others may use what would be
        deleted."""
        for name in ("secrets", "repositories", "volumes"):
            if services and getattr(self, name):
                raise click.UsageError(f"--{name} is for the whole project: leave SERVICE out")

    def plan(self, app: App) -> Plan:
        """What would be deleted; nothing where that is not asked for."""
        request, plan = project_request(app), Plan()
        if self.secrets:
            plan += stored.plan_removal(app.aws, request)
        if self.repositories:
            plan += remove.plan_removal(app.aws, request)
        if self.volumes:
            plan += storage.plan_removal(app.aws, request)
        return plan

    def after(self, app: App, plan: Plan, ending: Generator[Event, None, T]) -> T:
        """End the project, and then delete what it leaves, once the user agrees."""
        self._confirm(app, plan)
        done = app.report(ending)
        self._delete(app, plan)
        return done

    def _confirm(self, app: App, plan: Plan) -> None:
        """Ask before anything is changed. Raises Interrupted at a no."""
        if not plan or self.yes:
            return
        for notice in plan.notices:
            app.console.say(notice.message)
        asked = " and ".join(_named(plan))
        if not app.console.confirm(f"Delete {asked} as well?", "--yes"):
            raise Interrupted("Nothing was changed.")

    def _delete(self, app: App, plan: Plan) -> None:
        """Delete them, once nothing uses them any longer."""
        if self.volumes:
            plan = storage.unreached(app.aws, project_request(app), plan)
        if self.secrets or self.repositories or self.volumes:
            app.report(apply_plan(app.aws(), plan, "what the project has left"))


def _named(plan: Plan) -> list[str]:
    """What is deleted, in words."""
    secrets = [one.subject for one in plan.actions if isinstance(one, DeleteSecret)]
    found = []
    if secrets:
        found.append(f"the secrets {', '.join(secrets)}")
    for kind, what in ((DeleteRepository, "repositories"), (DeleteFileSystem, "file systems")):
        names = [f"{one.subject} ({one.label})" for one in plan.actions if isinstance(one, kind)]
        if names:
            found.append(f"the {what} {', '.join(names)}")
    return found
