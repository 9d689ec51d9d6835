"""What a terminal shows while something is waited for: a line for each part, and no list twice."""

import io

from ecscli.terminal.console import Console
from ecscli.terminal.tree import MOST, Tree
from ecscli.up.model import Event, Part
from tests.terminal.test_console import console, err


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


def test_a_pipe_gets_every_step_as_a_line() -> None:
    lines = told(console(80, io.StringIO)).splitlines()
    assert lines == ["[00:01] BEGUN Vpc", "warning: [00:01] FAILED Vpc", "end"]
