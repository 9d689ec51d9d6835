"""Every command times every AWS call that it makes: refused, cut off, or done unheard.

The calls are those of a run without faults, so that a new command or call is covered by itself.
What commands answer each in its own way, a denied call and a lost answer, is tried at every call of
every command; what the door to AWS answers for all of them, at every call of two commands. `make
search` tries everything everywhere.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest

from ecscli.aws.answers import NEEDED
from tests.conftest import Result
from tests.strength.ground import Ground
from tests.strength.lab import FAULTS, KINDS, SECRET, is_read
from tests.strength.scenes import SCENES, SECRETS, Scene
from tests.strength.test_permissions import documented

QUICK = {
    "compose -p web stop": ("page", "lost"),
    "compose -p web why": ("denied",),
    "compose -p web service rm": ("lost",),
    "registry-creds up creds.yml --role-name pullers": ("lost",),
}
COUNTS = (614, 95, 1201)  # calls of commands, those that change something, cases
OF_EACH = ("denied", "lost")  # faults that each command answers in its own way
SHIPS = "compose -p web -f secrets.yml --ecs-params role.yml create --ship-secrets"
# Calls that a command can do without, and the faults that it then goes on with; "" is every command
ANY = ("denied", "throttled", "page", "empty")
SPARED = {
    ("", "ecs:ListAccountSettings"): ("denied",),  # AWS's default holds where nobody may ask
    ("", "servicequotas:GetServiceQuota"): ANY,  # a warning ahead of a refusal
    # a value that may not be compared is left as it is, with a notice
    ("", "secretsmanager:BatchGetSecretValue"): ("denied",),
    ("compose -p web -f secrets.yml secrets ls", "ssm:GetParameters"): ("denied",),
    ("compose -p web -f secrets.yml secrets push", "ssm:GetParameters"): ("denied",),
    (SHIPS, "ssm:GetParameters"): ("denied",),
    ("", "ssm:ListTagsForResource"): ("denied",),
    # all of their tasks are on Fargate, and need no instance to be found
    ("compose -p web -f named.yml ps", "ecs:ListContainerInstances"): ANY,
    ("compose -p web -f balanced.yml open --print", "ecs:ListContainerInstances"): ANY,
    ("compose -p web -f named.yml up --launch-type FARGATE", "ecs:ListContainerInstances"): ANY,
    # without tags the address is that of AWS
    ("compose -p web -f balanced.yml open --print", "elasticloadbalancing:DescribeTags"): (
        "denied",
    ),
    # what it makes ready to name if CloudFormation cannot delete it
    ("down --force", "ec2:DescribeNetworkInterfaces"): ANY,
    ("down --force", "ec2:DescribeSecurityGroups"): ANY,
    ("down --force", "ec2:DescribeSubnets"): ANY,
    ("down --force", "autoscaling:DescribeAutoScalingGroups"): ANY,
}


class Case(NamedTuple):
    """A command, one of its calls, and what happens to that."""

    scene: Scene
    action: str
    kind: str


def cases(ground: Ground, scene: Scene) -> tuple[Result, Any, list[Case]]:
    """The command without faults, what exists afterwards, every fault at every call it made."""
    ground.prepare(scene.setup)
    plain = ground.run(scene)
    assert plain.code in (0, 3), plain.err
    actions = list(dict.fromkeys(ground.proxy.calls))
    found = [
        Case(scene, action, kind)
        for action in actions
        for kind in KINDS
        if kind != "lost" or not is_read(action)
    ]
    return plain, ground.census.take() if scene.writes else None, found


@cache
def callers() -> dict[str, list[str]]:
    """The commands that make a call, by `service:Action`, as recorded."""
    found = defaultdict(list)
    for command, actions in sorted(documented().items()):
        for action in actions:
            found[action].append(command)
    return found


def is_tried(command: str, action: str, kind: str) -> bool:
    """Whether this command is one of those at which the fault is tried: of the commands that make
    the call, other two for each kind of fault."""
    known = callers().get(action, [])
    if kind in OF_EACH or command not in known:
        return True
    distance = known.index(command) - KINDS.index(kind)
    return distance % len(known) in (0, len(known) // 2)


def wrong(case: Case, plain: Result, run: Result) -> Iterator[str]:
    """What is not as it should be after a fault, in words."""
    text = run.out + run.err
    if "bug in ecscli" in text or "Traceback" in text:
        yield "a bug"
    if any(secret in text for secret in (SECRET, *SECRETS)):
        yield "a secret"
    if run.code == plain.code:
        if case.kind != "lost" and not spared(case) and not warned(case, run):
            yield "it goes on as if nothing had been"
        return
    if case.kind == "lost":
        yield f"exit code {run.code}"
    elif run.code not in codes(case):
        yield f"exit code {run.code}, not {codes(case)}"
    if "hint: " not in run.err:
        yield "no hint"


def warned(case: Case, run: Result) -> bool:
    """Whether a look-up was refused or cut off, and a warning names it: AWS finds out later."""
    _, _, action = case.action.partition(":")
    is_named = re.search(rf"could not be (looked up|checked): [\w: -]*\b{action}\b", run.err)
    return case.kind in ("denied", "throttled") and is_named is not None


def codes(case: Case) -> tuple[int, ...]:
    """The exit codes that fit: of the fault, or of a wait that came to its limit."""
    first = FAULTS[case.kind].code if case.kind in FAULTS else 1
    return (first, 5) if case.scene.waits and first == 1 else (first,)


def spared(case: Case) -> bool:
    """Whether the command can do without the call, or its answer has nothing to miss."""
    service, _, action = case.action.partition(":")
    known = NEEDED.get(service, {})
    silent = case.kind == "empty" and not any(
        name.replace("_", "") == action.lower() for name in known
    )
    kinds = SPARED.get((case.scene.command, case.action)) or SPARED.get(("", case.action), ())
    return silent or case.kind in kinds


def go_through(ground: Ground, scene: Scene, is_chosen: Callable[[Case], bool]) -> int:
    """The chosen cases of a command; how many there were. Fails with all that is wrong."""
    plain, once, found = cases(ground, scene)
    bad = []
    chosen = [case for case in found if is_chosen(case)]
    for case in chosen:
        if scene.writes:
            ground.prepare(scene.setup)
        run = ground.run(scene, case.action, case.kind)
        bad += [
            f"{case.action} {case.kind}: {what}: {run.err[-400:]}"
            for what in wrong(case, plain, run)
        ]
        if case.kind == "lost" and run.code == plain.code and (now := ground.census.take()) != once:
            differ = {
                key: (once.get(key), now.get(key))
                for key in {**once, **now}
                if once.get(key) != now.get(key)
            }
            bad.append(f"{case.action} lost: not what is wanted: {differ}")
    print(f"{scene.command}: {len(chosen)} cases", file=sys.stderr)
    assert not bad, f"{scene.command}\n" + "\n".join(bad)
    return len(chosen)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.command)
def test_every_call_of_every_command_may_fail(ground: Ground, scene: Scene) -> None:
    def is_chosen(case: Case) -> bool:
        return is_tried(scene.command, case.action, case.kind)

    assert go_through(ground, scene, is_chosen) >= 1


@pytest.mark.search
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.command)
def test_every_call_of_every_command_may_fail_in_every_way(ground: Ground, scene: Scene) -> None:
    assert go_through(ground, scene, lambda case: True) >= 5


@pytest.mark.parametrize("command", QUICK)
def test_some_calls_of_some_commands_fail(ground: Ground, command: str) -> None:
    scene = next(one for one in SCENES if one.command == command)
    assert go_through(ground, scene, lambda case: case.kind in QUICK[command]) >= 1


def test_the_table_is_as_large_as_it_was() -> None:
    """By the recorded calls: a fault of each kind, and a lost answer where it changes something."""
    calls = [(command, action) for command, actions in documented().items() for action in actions]
    writes = [pair for pair in calls if not is_read(pair[1])]
    tried = [
        kind
        for command, action in calls
        for kind in KINDS
        if (kind != "lost" or not is_read(action)) and is_tried(command, action, kind)
    ]
    assert len(SCENES) >= 45
    assert (len(calls), len(writes), len(tried)) == COUNTS


def test_each_fault_is_tried_at_each_call_of_two_commands() -> None:
    for action, commands in callers().items():
        for kind in KINDS:
            tried = [command for command in commands if is_tried(command, action, kind)]
            assert len(tried) >= min(2, len(commands)), (action, kind)
