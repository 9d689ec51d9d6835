"""`check` and the commands that send judge alike: the same errors, the same exit code, nothing
sent."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.httpsession import URLLib3Session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.compose.scenarios import CASES, FOLDER, target_of
from tests.compose.test_check_properties import WRITES, Plain, document
from tests.compose.test_mixtures import PARAMS
from tests.conftest import Cli

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
CHECKS = Path(__file__).parent / "check"
PROJECTS = sorted(
    path.parent
    for root in (EXAMPLES, CHECKS)
    for path in root.rglob("*compose.y*ml")
    if path.parent.parent == root
)
RENDER, CREATE = ("render",), ("create",)
PLANS = (("plan",), ("service", "plan"))
SENDING = (("up",), ("service", "up"), ("service", "create"))
EVERY = (RENDER, CREATE, *PLANS, *SENDING)
GOOD = {RENDER: 0, **dict.fromkeys(PLANS, 3), **dict.fromkeys((CREATE, *SENDING), 4)}
#: What ecs-cli registered and refused only to run: in its files no error of what registers
FATAL = ("Fargate needs network mode awsvpc", "no such container: ")
LOGIN = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example/secret/key"}
LINE = re.compile(r"(?:error: )?(?:(\S+:\d+:\d+|\"[^\"]*\":\d+:\d+): )?(.*)")
Found = list[tuple[str, str]]  # place and message


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is sent; nothing arrives."""
    sent: list[str] = []

    def noted(session: URLLib3Session, request: Any) -> None:
        sent.append(str(request.url))
        raise ConnectionError("there is no network in this test")

    monkeypatch.setattr(URLLib3Session, "send", noted)
    return sent


def errors_of_check(cli: Cli, launch_type: str) -> Found:
    report = cli("compose", "check", "--launch-type", launch_type, "--output", "json").json
    found = [finding for finding in report["findings"] if finding["severity"] == "error"]
    return [(_place(finding), finding["message"]) for finding in found]


def _place(finding: dict[str, Any]) -> str:
    if finding["file"] is None:
        return ""
    return f"{finding['file']}:{finding['line']}:{finding['column']}"


def errors_of(text: str) -> Found:
    """The errors that a command prints, in its order."""
    lines = [line for line in text.splitlines() if not line.startswith("  hint: ")]
    return [(match[1] or "", match[2]) for match in map(LINE.fullmatch, lines) if match]


def agree(
    cli: Cli, launch_type: str, calls: list[str], verbs: Sequence[tuple[str, ...]] = EVERY
) -> None:
    """Every command refuses what `check` calls an error, and nothing else of the files."""
    expected = errors_of_check(cli, launch_type)
    for verb in verbs:
        region = () if verb == RENDER else ("--region", "us-east-1")
        cluster = () if verb in (RENDER, CREATE) else ("--cluster", "demo")
        login = LOGIN if expected else {}
        done = cli("compose", *verb, *region, *cluster, "--launch-type", launch_type, **login)
        if done.code == GOOD[verb]:
            expected_here = [error for error in expected if not may_pass(verb, error)]
            assert expected_here == [], (verb, done.err)
        else:
            assert done.code == 2, (verb, done.err)
            check_same(errors_of(done.err), expected, verb)
        if expected and done.code == 2:
            assert calls == []


def may_pass(verb: tuple[str, ...], error: tuple[str, str]) -> bool:
    """Whether an error is one of running alone, and the command only registers."""
    return verb in (RENDER, CREATE) and error[1].startswith(FATAL)


def check_same(printed: Found, expected: Found, verb: tuple[str, ...]) -> None:
    """Each error of `check` is printed at its place, and no other one."""
    left = list(printed)
    for place, message in expected:
        same = [one for one in left if one[0] == place and one[1].endswith(message)]
        assert same or may_pass(verb, (place, message)), (verb, place, message, printed)
        if same:
            left.remove(same[0])
    assert left == [], (verb, expected)


@pytest.mark.parametrize("launch_type", ["EC2", "FARGATE"])
@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_commands_agree_on_projects(
    cli: Cli, project: Path, launch_type: str, calls: list[str]
) -> None:
    shutil.copytree(project, cli.directory, dirs_exist_ok=True)
    agree(cli, launch_type, calls, (RENDER, ("service", "up")))


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_commands_agree_on_scenarios(cli: Cli, case: str, calls: list[str]) -> None:
    shutil.copytree(FOLDER / case, cli.directory, dirs_exist_ok=True)
    launch_type = str(target_of(case).get("launch_type") or "EC2")
    agree(cli, launch_type, calls, (RENDER, ("service", "plan"), ("up",)))


@pytest.mark.long
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    writes=WRITES,
    params=st.sampled_from(["", *PARAMS]),
    launch_type=st.sampled_from(["EC2", "FARGATE", "EXTERNAL"]),
)
def test_commands_agree_on_any_document(
    cli: Cli, writes: Any, params: str, launch_type: str, calls: list[str]
) -> None:
    cli.write("compose.yml", yaml.dump(document(writes), Dumper=Plain))
    cli.write("ecs-params.yml", params)
    calls.clear()
    agree(cli, launch_type, calls)
