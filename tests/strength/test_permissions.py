"""The AWS actions that each command really calls: those of docs/permissions.md, and reads alone
where it only shows.

`ECSCLI_RECORD=1 pytest tests/strength/test_permissions.py -m slow` writes the rows of the page
anew.
"""

import os
import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import pytest

from tests.strength.ground import Ground
from tests.strength.lab import is_read
from tests.strength.scenes import SCENES, Scene

PAGE = Path(__file__).parent.parent.parent / "docs" / "permissions.md"
ROW = re.compile(r"^\| `ecscli (?P<command>[^`]+)` \| (?P<actions>[^|]*) \|$", re.M)
END = "<!-- end of rows -->"
READERS = sorted((scene for scene in SCENES if not scene.writes), key=lambda scene: scene.setup)
SETUPS = {setup: tuple(scenes) for setup, scenes in groupby(READERS, key=lambda scene: scene.setup)}


def documented() -> dict[str, frozenset[str]]:
    """The actions as `service:Action` by the command of each row."""
    return {
        row["command"]: frozenset(_actions(row["actions"]))
        for row in ROW.finditer(PAGE.read_text())
    }


def _actions(text: str) -> Iterable[str]:
    for part in text.split("; "):
        service, _, names = part.removeprefix("**").partition("** ")
        yield from (f"{service}:{name}" for name in names.split(", "))


def row(command: str, calls: Iterable[str]) -> str:
    by_service = defaultdict(list)
    for call in sorted(set(calls)):
        service, _, action = call.partition(":")
        by_service[service].append(action)
    parts = (f"**{service}** {', '.join(actions)}" for service, actions in by_service.items())
    return f"| `ecscli {command}` | {'; '.join(parts)} |"


def record(ground: Ground, scene: Scene) -> frozenset[str]:
    """The actions of one run, which must be on the page."""
    done = ground.run(scene)
    assert done.code in (0, 3), done.err
    calls = frozenset(
        "route53:GetHostedZone" if "hostedzone" in call else call for call in ground.proxy.calls
    )
    if os.environ.get("ECSCLI_RECORD"):
        text = PAGE.read_text()
        old = next(
            (found[0] for found in ROW.finditer(text) if found["command"] == scene.command), None
        )
        new = row(scene.command, calls)
        PAGE.write_text(text.replace(old or END, new if old else f"{new}\n{END}"))
    unknown = calls - documented()[scene.command]
    assert not unknown, f"docs/permissions.md does not name {sorted(unknown)} for `{scene.command}`"
    return calls


def test_the_page_has_a_row_for_each_command_of_the_table() -> None:
    assert sorted(documented()) == sorted(scene.command for scene in SCENES)


@pytest.mark.parametrize("scene", READERS, ids=lambda scene: scene.command)
def test_what_only_shows_is_documented_with_reads_alone(scene: Scene) -> None:
    assert [action for action in documented()[scene.command] if not is_read(action)] == []


@pytest.mark.parametrize("setup", SETUPS)
def test_what_only_shows_calls_only_reads(ground: Ground, setup: str) -> None:
    ground.prepare(setup)
    for scene in SETUPS[setup]:
        assert [call for call in record(ground, scene) if not is_read(call)] == [], scene.command


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "scene", [scene for scene in SCENES if scene.writes], ids=lambda scene: scene.command
)
def test_what_changes_something_calls_what_the_page_says(ground: Ground, scene: Scene) -> None:
    ground.prepare(scene.setup)
    record(ground, scene)
