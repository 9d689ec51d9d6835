"""What a terminal shows while something is waited for: a line for each part, and no list twice."""

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ecscli.terminal.console import Console
from ecscli.terminal.tree import MOST, Tree
from ecscli.up.deployment.progress import Progress, new_events
from ecscli.up.model import Event, Part
from tests.terminal.test_console import console, err
from tests.terminal.test_printable import Terminal

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

SERVICE: "ServiceTypeDef" = {
    "serviceName": "web",
    "events": [
        {
            "id": "1",
            "createdAt": datetime(2026, 11, 28, 20, 14, 5, tzinfo=UTC),
            "message": "(service web) has started 1 tasks: (task 1).",
        }
    ],
}


def step(name: str, status: str, kind: str = "progress") -> Event:
    line = f"[00:01] {status} {name}"
    return Event(line, kind, part=Part(name, line, status.endswith(("COMPLETE", "FAILED"))))


def test_a_part_has_one_line_and_ends_folded() -> None:
    tree = Tree()
    for name, status in (("Vpc", "BEGUN"), ("Role", "BEGUN"), ("Vpc", "COMPLETE")):
        part = step(name, status).part
        assert part
        tree.add(part)
    tree.picture = ("web: [00:02] web:2: 1 running",)
    assert tree.lines() == ["1 done", "[00:01] BEGUN Role", "web: [00:02] web:2: 1 running"]
    tree.clear()
    assert tree.lines() == []


def test_a_part_that_the_picture_shows_has_no_line() -> None:
    tree = Tree()
    tree.add(Part("web"))
    assert tree.lines() == []


def test_more_parts_than_a_terminal_holds_are_counted() -> None:
    tree = Tree()
    for number in range(MOST + 3):
        tree.add(Part(f"{number}", f"part {number}"))
    assert tree.lines()[-2:] == [f"part {MOST - 1}", "and 3 more"]


def told(to: Console) -> str:
    with to.progressing():
        for event in (step("Vpc", "BEGUN"), step("Vpc", "FAILED", "warning"), Event("end", "done")):
            to.event(event)
    return err(to)


def test_a_terminal_keeps_warnings_and_ends_and_redraws_the_rest() -> None:
    text = told(console(80))
    assert text.count("warning: [00:01] FAILED Vpc") == 1
    assert "end" in text
    assert "\x1b[2K" in text  # lines that were wiped


def test_a_pipe_gets_a_line_for_what_is_over_at_a_moment() -> None:
    pipe = console(80, io.StringIO)
    with pipe.progressing():
        for name in ("Vpc", "Role"):
            pipe.event(step(name, "BEGUN"))
            pipe.event(step(name, "COMPLETE"))
        pipe.event(Event("", "live", {"lines": ()}))
        pipe.event(step("Subnet", "BEGUN"))
        pipe.event(step("Subnet", "COMPLETE"))
        pipe.event(Event("Service status", "progress", {"runningCount": 1}, part=Part("web")))
        pipe.event(next(new_events(SERVICE, Progress(0, 0))))
        pipe.event(Event("end", "done"))
    assert err(pipe).splitlines() == [
        "2 done: Vpc, Role",
        "1 done: Subnet",
        "Service status  runningCount=1",
        "(service web) has started 1 tasks: (task 1).  timestamp=20:14:05",
        "end",
    ]


def test_classic_and_verbose_have_every_step_as_a_line() -> None:
    for stream in (io.StringIO, Terminal):
        for choice in ("classic", "verbose"):
            detailed = console(80, stream, NO_COLOR="1")
            setattr(detailed, choice, True)
            lines = [line.rstrip() for line in told(detailed).splitlines()]
            assert lines == ["[00:01] BEGUN Vpc", "warning: [00:01] FAILED Vpc", "end"]
