"""From a plan to its end: shown or carried out, followed, and told; what all compose commands that
change share."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding, InputError, Interrupted
from ecscli.commands.compose.options import SHOW_VALUES
from ecscli.up.model import Event, Plan

if TYPE_CHECKING:
    from ecscli.commands.context import App
    from ecscli.compose.project.model import Project
    from ecscli.up.service.calls import Applied
    from ecscli.up.service.names import Names

T = TypeVar("T")
PENDING = 3  # exit code of a plan with changes


def names_of(app: App, project: Project, clusterless: bool = False) -> Names:
    """The names of the project on the cluster of the settings, which a registration alone does not
    need."""
    from ecscli.up.service.names import Names

    settings = app.settings()
    return Names(
        project.name,
        (settings.cluster.value or "") if clusterless else settings.need_cluster(),
        settings.project_prefix.value or "",
        settings.service_prefix.value or "",
    )


def gathered(*steps: Callable[[], Any]) -> tuple[Any, ...]:
    """The results of steps that do not need each other; the findings of all that fail, in one
    InputError."""
    results: list[Any] = []
    wrong: list[Finding] = []
    for step in steps:
        try:
            results.append(step())
        except InputError as error:
            wrong += error.findings
    refuse(wrong)
    return tuple(results)


def refuse(findings: list[Finding]) -> None:
    """Raise all findings as one error, if there are any."""
    if findings:
        raise InputError.of(findings)


def one_count(words: tuple[str, ...], form: str, load: Callable[[], T]) -> tuple[int, T]:
    """The one COUNT of a `scale` and what `load` returns; what is wrong with either is told
    together."""
    from ecscli.up.tasks.plan import parse_count

    def count() -> int:
        if len(words) != 1:
            raise InputError(f"Please pass arguments in the form: {form}")
        return parse_count(words[0])

    number, loaded = gathered(count, load)
    return number, loaded


def check_timeout(minutes: float) -> list[Finding]:
    if minutes >= 0:
        return []
    return [
        Finding(
            f"--timeout: {minutes:g} is not a valid timeout value",
            None,
            "give minutes; 0 does not wait",
        )
    ]


def listen(app: App, events: Generator[Event, None, T]) -> T:
    """Tell each event; what the generator returns at its end."""
    with app.console.progressing():
        while True:
            try:
                app.console.event(next(events))
            except StopIteration as stop:
                result: T = stop.value
                return result


def show_plan(app: App, plan: Plan, output: str) -> int:
    """The plan as text or JSON; exit code 0 where nothing would change, else 3."""
    from ecscli.up import diff

    values = click.get_current_context().meta.get(SHOW_VALUES, False)
    for notice in plan.notices:
        app.console.warn(notice)
    if output == "json":
        app.console.data(diff.document(plan, values))
    else:
        for line in diff.lines(plan, values):
            app.console.line(line)
    app.console.say(
        f"{len(plan.actions)} to change"
        if plan
        else "Nothing to change: what is live is what is wanted."
    )
    return PENDING if plan else 0


def carry_out(app: App, plan: Plan, where: str, started_by: str = "") -> Applied:
    """Carry the plan out, telling as it goes; `where` says after Ctrl-C what was touched."""
    from ecscli.up.service.apply import apply

    for notice in plan.notices:
        app.console.warn(notice)
    with interruptible(
        f"Interrupted while changing {where}.",
        "nothing was deleted; run the command again to go on",
    ):
        return listen(app, apply(app.aws(), plan, started_by))


@contextmanager
def interruptible(message: str, hint: str) -> Iterator[None]:
    """Ctrl-C inside the block becomes an error that says what goes on at AWS."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(message, hint=hint) from None


def compose_command(names: Names, verb: str) -> str:
    """A command line to suggest, with the names that matter."""
    return f"ecscli compose --project-name {names.project} {verb} --cluster {names.cluster}"


def answer(app: App, output: str, document: Draft) -> None:
    """The result as data, where it was asked for."""
    if output == "json":
        app.console.data(document)
