"""Answers that got lost at the worst moment: what was done is found, and not done twice."""

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
