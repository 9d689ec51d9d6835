"""Answers that got lost or were refused at the worst moment: what was done is found or named, and
not done twice."""

import pytest

from tests.strength.ground import Ground
from tests.strength.scenes import CREDENTIALS, Scene

UP = Scene("registry-creds up creds.yml --role-name pullers", "empty")


def versions(ground: Ground) -> int:
    iam = ground.census.client("iam")
    (policy,) = iam.list_policies(Scope="Local")["Policies"]
    return len(iam.list_policy_versions(PolicyArn=policy["Arn"])["Versions"])


def add_registry(ground: Ground, number: int) -> None:
    ground.user.write("creds.yml", CREDENTIALS.replace("quay.io", f"r{number}.example.com"))


def test_a_version_of_a_policy_whose_answer_is_lost_is_made_once(ground: Ground) -> None:
    ground.prepare("empty")
    assert ground.run(UP).code == 0
    for number in range(5):  # the last one is made where IAM's quota is reached
        add_registry(ground, number)
        before = versions(ground)
        done = ground.run(UP, "iam:CreatePolicyVersion", "lost")
        assert done.code == 0, done.err
        assert versions(ground) == min(before + 1, 5)


@pytest.mark.parametrize("words", ["run web", "run --wait web sleep 60"])
def test_a_task_that_cannot_be_followed_is_named(ground: Ground, words: str) -> None:
    ground.prepare("instance")
    done = ground.run(Scene(f"compose -p web {words}", "instance"), "ecs:DescribeTasks", "denied")
    assert done.code == 4
    (arn,) = ground.census.client("ecs").list_tasks(cluster="demo")["taskArns"]
    assert f"warning: task {arn.rpartition('/')[2]} was started and goes on" in done.err
    assert "hint: see it with `ecscli compose" in done.err
