"""Old revisions leave; the newest, and those in use anywhere in the region, stay."""

import pytest

from ecscli.aws.client import Aws
from ecscli.ops.prune import BURST, Revision, decide, remove_revisions
from tests.conftest import Cli

ARN = "arn:aws:ecs:us-east-1:123456789012:task-definition/shop:"


@pytest.fixture
def shop(sandbox: Cli, account: Aws) -> Aws:
    """A project with six revisions, of which a service in another cluster uses the first."""
    sandbox.write("compose.yml", "services:\n  web: {image: nginx}\n")
    sandbox.environment |= {"ECS_CLUSTER": "demo", "COMPOSE_PROJECT_NAME": "shop"}
    for cluster in ("demo", "other"):
        account.call("ecs", "create_cluster", clusterName=cluster)
    container = {"name": "web", "image": "nginx", "memory": 64}
    for _ in range(6):
        account.call(
            "ecs", "register_task_definition", family="shop", containerDefinitions=[container]
        )
    account.call(
        "ecs", "register_task_definition", family="shop-2", containerDefinitions=[container]
    )
    account.call(
        "ecs",
        "create_service",
        cluster="other",
        serviceName="s",
        taskDefinition="shop:1",
        desiredCount=0,
    )
    return account


def active(account: Aws, family: str = "shop") -> list[str]:
    arns = account.pages(
        "ecs", "list_task_definitions", "taskDefinitionArns", status="ACTIVE", familyPrefix=family
    )
    return [
        arn.rsplit("/", 1)[-1] for arn in arns if arn.rsplit("/", 1)[-1].startswith(f"{family}:")
    ]


def test_dry_run_shows_and_changes_nothing(sandbox: Cli, shop: Aws) -> None:
    result = sandbox("compose", "prune", "--keep", "2", "--dry-run", "--output", "json")
    assert result.code == 0, result.err
    assert [(row["revision"], row["action"]) for row in result.json] == [
        ("shop:6", "keep"),
        ("shop:5", "keep"),
        ("shop:4", "deregister"),
        ("shop:3", "deregister"),
        ("shop:2", "deregister"),
        ("shop:1", "keep"),
    ]
    assert len(active(shop)) == 6
    table = sandbox("compose", "prune", "--keep", "2", "--dry-run")
    assert table.out.splitlines()[-1].split() == ["shop:1", "keep", "in", "use"]


def test_old_revisions_leave(sandbox: Cli, shop: Aws) -> None:
    refused = sandbox("compose", "prune", "--keep", "2")
    assert refused.code == 2
    assert "--force" in refused.err
    assert len(active(shop)) == 6
    done = sandbox("compose", "prune", "--keep", "2", "--force")
    assert done.code == 0, done.err
    assert sorted(active(shop)) == ["shop:1", "shop:5", "shop:6"]
    assert active(shop, "shop-2") == ["shop-2:1"]
    again = sandbox("compose", "prune", "--keep", "2", "--force")
    assert "Nothing to prune" in again.err
    deleted = sandbox("compose", "prune", "--keep", "2", "--delete", "--force")
    assert deleted.code == 0, deleted.err
    assert "Deleted shop:4" in deleted.err


def test_decisions() -> None:
    revisions = [Revision(f"{ARN}{number}", number != 2) for number in (9, 10, 2, 1)]
    assert [(fate.revision.number, fate.action) for fate in decide(revisions, {f"{ARN}1"}, 1)] == [
        (10, "keep"),
        (9, "deregister"),
        (2, "keep"),
        (1, "keep"),
    ]
    assert [fate.action for fate in decide(revisions, (), 1, delete=True)] == [
        "keep",
        "delete",
        "delete",
        "delete",
    ]


class Slow:
    """ECS that counts calls and pauses."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.slept: list[float] = []

    def call(self, service: str, operation: str, **parameters: object) -> dict[str, object]:
        self.calls.append(operation)
        return {
            "failures": [{"arn": f"{ARN}3", "reason": "in use"}]
            if operation.startswith("delete")
            else []
        }

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def test_removal_keeps_to_a_pace_and_tells_what_was_refused() -> None:
    aws = Slow()
    fates = decide(
        [Revision(f"{ARN}{number}", True) for number in range(1, 25)], (), 1, delete=True
    )
    events = list(remove_revisions(aws, fates))  # type: ignore[arg-type]
    assert aws.calls.count("deregister_task_definition") == 23
    assert aws.calls.count("delete_task_definitions") == 3
    assert aws.slept == [1.0] * (26 - BURST)
    assert [event.message for event in events if event.kind == "warning"] == [
        "shop:3 was not deleted: in use"
    ]
