"""Commands killed before each of their calls: the same command, repeated, comes to the same end.
`up` and `down` of a project with a support stack, and what changes a project of layout services."""

from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest

from ecscli.aws.client import Aws
from tests.strength.ground import Ground
from tests.strength.lab import is_read
from tests.strength.scenes import Scene

NAMED_AS_TASK = "compose -p web -f named.yml --layout task service up"
SCENES = (
    Scene("compose -p web up --capability-iam --launch-type FARGATE", "fargate"),
    Scene("compose -p web down", "roles"),
    Scene("compose -p web -f shop.yml up", "instance"),
    Scene("compose -p web -f shop.yml scale web=2 api=0", "shop"),
    Scene("compose -p web -f shop.yml stop", "shop"),
    Scene("compose -p web -f shop.yml start", "idle shop"),
    Scene("compose -p web -f shop.yml down", "shop"),
    Scene("compose -p web -f named.yml up --launch-type FARGATE", "fargate"),
    Scene("compose -p web -f joined.yml up --launch-type FARGATE", "named"),
    Scene("compose -p web -f named.yml down", "named"),
    Scene("compose -p web -f switched.yml --layout services up --switch-layout -y", "one service"),
    Scene(f"{NAMED_AS_TASK} --switch-layout --yes --launch-type FARGATE", "named"),
)
QUICK = SCENES[:3]
MOVED = Scene("compose -p web -f moved.yml up --remove-orphans --launch-type FARGATE", "balanced")
MOVED_DOWN = Scene("compose -p web -f moved.yml down --yes", "balanced")
FEW = 12  # calls at the beginning, before each of which a command is killed


class Killed(BaseException):
    """The process ends here, whatever it was about to do."""


def kill_before(patch: pytest.MonkeyPatch, turn: int) -> None:
    """Let the process end before its call with this number."""
    call, begun = Aws.call, [0]

    def counted(self: Aws, service: str, operation: str, /, **parameters: Any) -> Any:
        begun[0] += 1
        if begun[0] > turn:
            raise Killed
        return call(self, service, operation, **parameters)

    patch.setattr(Aws, "call", counted)


def go_through(ground: Ground, scene: Scene, patch: pytest.MonkeyPatch, *, every: bool) -> int:
    """Kill the command before each call, or around those that change something; how often it was
    killed."""
    ground.prepare(scene.setup)
    calls = calls_of(ground, scene, patch)
    once = ground.census.take()
    turns = [turn for turn in range(len(calls)) if changes(calls, turn)]
    if every:
        turns = sorted({*turns, *range(min(len(calls), FEW)), *middles(turns)})
    for turn in turns:
        ground.prepare(scene.setup)
        with patch.context() as killing:
            kill_before(killing, turn)
            # a run that has to look less often is over before its turn
            with suppress(Killed):
                ground.run(scene)
        again = ground.run(scene)
        assert again.code == 0, f"killed before {calls[turn]}: {again.err}"
        assert ground.census.take() == once, f"killed before {calls[turn]}"
    return len(turns)


def calls_of(ground: Ground, scene: Scene, patch: pytest.MonkeyPatch) -> list[str]:
    """The calls of the command, undisturbed, without the pages of lists."""
    calls: list[str] = []
    call = Aws.call

    def kept(self: Aws, service: str, operation: str, /, **parameters: Any) -> Any:
        words = "".join(word.capitalize() for word in operation.split("_"))
        calls.append(f"{service}:{words}")
        return call(self, service, operation, **parameters)

    with patch.context() as counting:
        counting.setattr(Aws, "call", kept)
        done = ground.run(scene)
    assert done.code == 0, done.err
    return calls


def changes(calls: list[str], turn: int) -> bool:
    """Whether the call, or the one before it, changes something."""
    return not is_read(calls[turn]) or (turn > 0 and not is_read(calls[turn - 1]))


def middles(turns: list[int]) -> set[int]:
    """A turn half-way between each two: within a series of reads nothing differs but the time."""
    return {(first + second) // 2 for first, second in pairwise(turns)}


@pytest.mark.parametrize("scene", QUICK, ids=lambda scene: scene.command)
def test_a_command_that_was_killed_around_a_change_completes_when_repeated(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, scene: Scene
) -> None:
    assert go_through(ground, scene, monkeypatch, every=False) >= 3


def test_a_job_whose_success_was_not_noted_does_not_run_again(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = QUICK[2]
    ground.prepare(scene.setup)
    call = Aws.call

    def killed(self: Aws, service: str, operation: str, /, **parameters: Any) -> Any:
        if operation == "tag_resource":
            raise Killed
        return call(self, service, operation, **parameters)

    with monkeypatch.context() as killing:
        killing.setattr(Aws, "call", killed)
        with pytest.raises(Killed):
            ground.run(scene)
    again = ground.run(scene)
    assert again.code == 0, again.err
    assert "Job web-migrate has succeeded already, by task " in again.err
    assert "ecs:RunTask" not in ground.proxy.calls
    assert "ecs:TagResource" in ground.proxy.calls
    assert "Nothing to change" in ground.run(scene).err


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.command)
def test_a_command_that_was_killed_at_any_call_completes_when_repeated(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, scene: Scene
) -> None:
    assert go_through(ground, scene, monkeypatch, every=True) >= 4


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_target_group_that_is_left_in_steps_is_left_whole_after_a_kill_at_any_step(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground.prepare(MOVED.setup)
    calls = calls_of(ground, MOVED, monkeypatch)
    once = {**ground.census.take(), **balancers(ground)}
    assert once["target groups"] == ["HTTP", "HTTPS"], "one of rest, and one of web"
    turns = [turn for turn in range(1, len(calls)) if not is_read(calls[turn - 1])]
    assert len(turns) >= 8, "after each change of the stack, of a service and of a task definition"
    for turn in turns:
        ground.prepare(MOVED.setup)
        with monkeypatch.context() as killing:
            kill_before(killing, turn)
            with suppress(Killed):
                ground.run(MOVED)
        again = ground.run(MOVED)
        assert again.code == 0, f"killed before {calls[turn]}: {again.err}"
        found = {**ground.census.take(), **balancers(ground)}
        assert found == once, f"killed before {calls[turn]}"
        ended = ground.run(MOVED_DOWN)
        assert ended.code == 0, f"killed before {calls[turn]}: {ended.err}"
        assert not any(balancers(ground).values()), f"killed before {calls[turn]}"


def balancers(ground: Ground) -> dict[str, list[str]]:
    """What there is of load balancers: protocols of target groups, and of listeners the numbers of
    groups that each of their rules sends to."""
    elb = ground.census.client("elbv2")
    found = elb.describe_load_balancers()["LoadBalancers"]
    listeners = [
        one["ListenerArn"]
        for balancer in found
        for one in elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    ]
    rules = [rule for arn in listeners for rule in elb.describe_rules(ListenerArn=arn)["Rules"]]
    groups = elb.describe_target_groups()["TargetGroups"]
    return {
        "target groups": sorted(one["Protocol"] for one in groups),
        "rules": sorted(f"{one['IsDefault']} {groups_of(one)}" for one in rules),
    }


def groups_of(rule: dict[str, Any]) -> int:
    """To how many target groups a rule sends."""
    [action] = rule["Actions"]
    return len((action.get("ForwardConfig") or {}).get("TargetGroups") or [action])
