"""Questions: `down` takes its answer through a pipe, as scripts of ecs-cli gave it; no answer
is a no."""

import pytest

from tests.conftest import Cli

CLUSTER = ("--cluster", "demo", "--region", "us-east-1")


@pytest.mark.parametrize(
    ("answer", "code", "left"), [("y\n", 0, 2), ("YES\n", 0, 2), ("n\n", 2, 0), ("", 2, 0)]
)
def test_down_asks_before_it_deletes(sandbox: Cli, answer: str, code: int, left: int) -> None:
    assert sandbox("up", "--empty", *CLUSTER).code == 0
    asked = sandbox("down", *CLUSTER, stdin=answer)
    assert asked.code == code
    assert "Delete cluster demo with all of this?" in asked.err
    assert sandbox("ps", *CLUSTER).code == left  # 2: the cluster is gone


def test_a_script_without_an_answer_is_told_the_flag(sandbox: Cli) -> None:
    sandbox("up", "--empty", *CLUSTER)
    assert "--force" in sandbox("down", *CLUSTER).err
