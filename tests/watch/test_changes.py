"""What a stream says: each change once, as a line and as a document."""

import json

from ecscli.base.records import replace
from ecscli.up.snapshot.build import troubled_first
from ecscli.up.snapshot.model import Targets
from ecscli.watch.changes import changes
from ecscli.watch.documents import document_of
from tests.watch.scene import EVENTS, SERVICES, SNAPSHOT, TASKS, ago, deployment, service, task

DONE = service("web", "steady", deployment("web", 2, created=ago(42)))
BEGUN = "web:2 PRIMARY IN_PROGRESS 1/2 running, 1 pending, 3 failed"
LATER = replace(
    SNAPSHOT,
    services=troubled_first([SERVICES[0], DONE, *SERVICES[2:]]),
    tasks=(replace(TASKS[1], status="RUNNING"), *TASKS[2:]),
    events=(*EVENTS, replace(EVENTS[0], id="event 9", time=ago(1), message="(service web) done")),
)


def test_first_comes_what_there_is_and_no_history() -> None:
    lines = [change.line for change in changes(None, SNAPSHOT)]
    assert lines == [
        "20:14:05  cluster     demo  ACTIVE",
        "20:14:05  service     worker  0/2 failed worker:7",
        "20:14:05  service     web  2/2 deploying, 1 pending web:2",
        "20:14:05  service     api  2/2 steady api:4",
        "20:14:05  service     store  2/2 steady store:9",
    ]


def test_nothing_is_said_where_nothing_has_changed() -> None:
    later = replace(SNAPSHOT, time=ago(-10))
    assert list(changes(SNAPSHOT, later)) == []


def test_a_rolling_update_is_told_step_by_step() -> None:
    lines = [change.line.partition("  ")[2] for change in changes(SNAPSHOT, LATER)]
    assert lines == [
        "service     web  2/2 deploying, 1 pending web:2 -> 2/2 steady web:2",
        f"deployment  web ecs-svc/2  {BEGUN} -> web:2 PRIMARY COMPLETED 2/2 running, 0 pending",
        "deployment  web ecs-svc/1  web:1 ACTIVE COMPLETED 1/2 running, 0 pending -> gone",
        f"task        {'6' * 32}  worker worker:1 STOPPED ({TASKS[0].reason}) -> gone",
        f"task        {'5' * 32}  web web:2 PENDING -> web web:2 RUNNING",
        "event       web  (service web) done",
    ]


def test_documents_have_the_names_of_aws() -> None:
    kinds = {change.kind: change.document for change in changes(SNAPSHOT, LATER)}
    assert kinds["task"]["after"]["lastStatus"] == "RUNNING"
    assert kinds["service"]["before"]["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    assert kinds["deployment"]["after"] is None
    assert kinds["event"]["message"] == "(service web) done"
    assert kinds["task"]["before"]["stoppedAt"] is None


def test_keys_are_in_camel_case() -> None:
    text = json.dumps(document_of(SNAPSHOT), default=str)

    def keys(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(keys, value.values()))
        return set().union(*map(keys, value)) if isinstance(value, list) else set()

    found = keys(json.loads(text))
    assert {"services", "desiredCount", "lastSteady", "ec2InstanceId", "registered"} <= found
    assert [key for key in found if not key.isalnum() or key[0].isupper()] == []


def test_a_new_task_has_no_before() -> None:
    more = replace(SNAPSHOT, tasks=(*TASKS, task(7, "api")))
    (change,) = changes(SNAPSHOT, more)
    assert (change.before, change.kind) == (None, "task")
    assert change.line.endswith("api api:1 RUNNING")


def test_targets_and_traffic_are_told() -> None:
    web, *others = SERVICES[1], SERVICES[0]
    newest = replace(web.deployments[0], stage="BAKE_TIME", traffic=100.0)
    later = replace(
        SNAPSHOT,
        services=(
            replace(web, targets=Targets(1, 2), deployments=(newest, *web.deployments[1:])),
            *others,
            *SERVICES[2:],
        ),
    )
    lines = [change.line for change in changes(SNAPSHOT, later)]
    assert [line.partition(" -> ")[2] for line in lines] == [
        "2/2 deploying, 1 pending web:2, 1/2 targets healthy",
        f"{BEGUN} BAKE_TIME 100 % of the traffic",
    ]
