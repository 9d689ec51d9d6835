"""Logs of tasks: what is read, in which order, and that nothing is shown twice or lost while
following."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import InputError
from ecscli.ops.logs.follow import follow_lines
from ecscli.ops.logs.line import LogLine
from ecscli.ops.logs.read import read_lines
from ecscli.ops.logs.streams import OpenStreams, Stream, streams_of
from ecscli.ops.logs.window import Window, moment, rfc3339, window_of
from ecscli.workflows.containers.task_logs import TaskLogsRequest, task_logs
from ecscli.workflows.events import result_of
from tests.accounts import write_log
from tests.conftest import Cli

OPTIONS = {
    "awslogs-group": "/ecs/web",
    "awslogs-region": "us-east-1",
    "awslogs-stream-prefix": "web",
}
AWSLOGS = {"logDriver": "awslogs", "options": OPTIONS}
CONTAINERS = [
    {"name": "web", "image": "nginx", "logConfiguration": AWSLOGS},
    {"name": "side", "image": "busybox", "logConfiguration": AWSLOGS, "essential": False},
    {
        "name": "quiet",
        "image": "busybox",
        "logConfiguration": {"logDriver": "json-file"},
        "essential": False,
    },
]


def now() -> int:
    return int(time.time() * 1000)


class Logs:
    """A task definition with logs, and a pen to write them."""

    def __init__(self, account: Aws) -> None:
        self.account = account
        account.call("ecs", "create_cluster", clusterName="demo")
        account.call("logs", "create_log_group", logGroupName="/ecs/web")
        account.call(
            "ecs",
            "register_task_definition",
            family="web",
            containerDefinitions=CONTAINERS,
            memory="512",
        )

    def write(self, container: str, task: str, *lines: tuple[int, str]) -> None:
        write_log(
            self.account,
            "/ecs/web",
            f"web/{container}/{task}",
            *((now() + when, text) for when, text in lines),
        )


@pytest.fixture
def logs(account: Aws) -> Logs:
    return Logs(account)


def test_a_task_s_containers_are_read_together_in_order_of_time(sandbox: Cli, logs: Logs) -> None:
    logs.write("web", "t1", (-5000, "one"), (-3000, "three\n"))
    logs.write("side", "t1", (-4000, "two"))
    logs.write("web", "other", (-4000, "of another task"))
    result = sandbox("logs", "--task-id", "t1", "--task-def", "web")
    assert (result.code, result.out) == (0, "one\ntwo\nthree\n")
    assert "container quiet logs with json-file" in result.err


def test_one_container_a_pattern_a_window_and_times(sandbox: Cli, logs: Logs) -> None:
    logs.write("web", "t1", (-600_000, "old error"), (-3000, "error"), (-2000, "fine"))
    logs.write("side", "t1", (-2500, "error beside"))
    task = ("logs", "-task-id", "t1", "-task-def", "web:1")
    assert (
        sandbox(*task, "--container-name", "web", "--filter-pattern", "error").out
        == "old error\nerror\n"
    )
    assert sandbox(*task, "--container-name", "web", "--since", "5").out == "error\nfine\n"
    assert sandbox(*task, "--since", "5m", "--container-name", "side").out == "error beside\n"
    assert sandbox(*task, "--since", "0").out.startswith("old error\n"), "as ecs-cli: no limit"
    start = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now() / 1000 - 60))
    stamped = sandbox(*task, "--start-time", start, "-t", "--container-name", "web")
    assert [line.split("\t")[1] for line in stamped.out.splitlines()] == ["error", "fine"]
    assert stamped.out.split("\t")[0].endswith("Z")
    last = sandbox(*task, "--output", "json").out.splitlines()[-1]
    assert json.loads(last)["container"] == "web"
    end = sandbox(*task, "--end-time", start)
    assert end.out == "old error\n"


def test_the_last_lines_of_a_task_alone_are_read(logs: Logs) -> None:
    logs.write("web", "t1", (-3000, "one"), (-2000, "two"), (-1000, "three"))
    request = TaskLogsRequest("t1", task_def="web", container_name="web", since="15m", tail=2)
    log = result_of(task_logs(request, lambda: logs.account), lambda event: None)
    assert [line.message for line in log.lines if line] == ["two", "three"]


def test_a_running_task_is_found_by_id_and_by_arn_and_followed_to_its_end(
    sandbox: Cli, account: Aws, logs: Logs
) -> None:
    definition: dict[str, Any] = {"networkMode": "awsvpc", "cpu": "256", "memory": "512"}
    account.call(
        "ecs",
        "register_task_definition",
        family="fargate",
        requiresCompatibilities=["FARGATE"],
        executionRoleArn=f"arn:aws:iam::{account.account()}:role/ecsTaskExecutionRole",
        containerDefinitions=CONTAINERS[:1],
        **definition,
    )
    subnet = next(account.pages("ec2", "describe_subnets", "Subnets"))["SubnetId"]
    network = {"awsvpcConfiguration": {"subnets": [subnet]}}
    run = account.call(
        "ecs",
        "run_task",
        cluster="demo",
        taskDefinition="fargate",
        launchType="FARGATE",
        networkConfiguration=network,
    )
    arn = run["tasks"][0]["taskArn"]
    task = arn.rsplit("/", 1)[-1]
    logs.write("web", task, (-1000, "hello"))
    assert sandbox("logs", "--task-id", arn).out == "hello\n"
    assert sandbox("logs", "--task-id", task, "-c", "demo").out == "hello\n"

    def stop() -> None:
        account.call("ecs", "stop_task", cluster="demo", task=task)

    timer = threading.Timer(0.5, stop)
    timer.start()
    followed = sandbox("logs", "--task-id", arn, "--follow")
    timer.join()
    assert (followed.code, followed.out) == (0, "hello\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "--task-id is needed"),
        (
            ("--task-id", "t", "--since", "5", "--start-time", "2026-01-01T00:00:00Z"),
            "--since can not be used",
        ),
        (
            ("--task-id", "t", "--follow", "--end-time", "2026-01-01T00:00:00Z"),
            "--follow can not be used",
        ),
        (("--task-id", "t", "--start-time", "2020-01-01"), "--start-time"),
        (("--task-id", "t", "--since", "yesterday"), '"yesterday" is not a time'),
        (("--task-id", "gone", "-c", "demo"), "--task-def"),
        (("--task-id", "t", "--task-def", "gone"), 'no task definition "gone"'),
        (
            ("--task-id", "t", "--task-def", "web", "--container-name", "nope"),
            "its containers are: web, side, quiet",
        ),
        (
            ("--task-id", "t", "--task-def", "web", "--container-name", "quiet"),
            "logs with json-file",
        ),
        (
            (
                "--task-id",
                "t",
                "--task-def",
                "web",
                "--since",
                "5",
                "--end-time",
                "2020-01-01T00:00:00Z",
            ),
            "before its start",
        ),
    ],
)
def test_bad_input_is_told_with_a_remedy(
    sandbox: Cli, logs: Logs, arguments: tuple[str, ...], told: str
) -> None:
    result = sandbox("logs", *arguments)
    assert (result.code, result.out) == (2, "")
    assert told in result.err


def test_a_missing_log_group_is_told_with_the_flag_that_makes_it(
    sandbox: Cli, account: Aws, logs: Logs
) -> None:
    account.call("logs", "delete_log_group", logGroupName="/ecs/web")
    result = sandbox("logs", "--task-id", "t", "--task-def", "web")
    assert result.code == 2
    assert "--create-log-groups" in result.err


# ------------------------------------------------------------- pure parts


def test_streams_are_named_by_prefix_container_and_task() -> None:
    streams, findings = streams_of({"containerDefinitions": CONTAINERS}, "t1")
    assert [stream.name for stream in streams] == ["web/web/t1", "web/side/t1"]
    assert [finding.message.split(",")[0] for finding in findings] == [
        "container quiet logs with json-file"
    ]


def test_a_container_that_is_not_of_the_files_may_be_silent() -> None:
    definition: Any = {"containerDefinitions": [*CONTAINERS, {"name": "compose-dns"}]}
    _, findings = streams_of(definition, "t1")
    assert not any("compose-dns" in finding.message for finding in findings)
    _, findings = streams_of(definition, "t1", ["compose-dns"])
    assert "container compose-dns has no log configuration" in findings[0].message


@pytest.mark.parametrize(
    ("text", "expected"),
    [("5", 700_000), ("1h", -2_600_000), ("1m30s", 910_000), ("1970-01-01T00:00:01Z", 1000)],
)
def test_since_takes_minutes_durations_and_times(text: str, expected: int) -> None:
    assert moment(text, "--since", now=1000.0) == expected


def test_a_time_without_a_zone_is_no_time() -> None:
    for text in ("2020-01-01", "2020-01-01T00:00:00", "x"):
        with pytest.raises(InputError):
            rfc3339(text, "--start-time")
    assert rfc3339("1970-01-01T01:00:00+01:00", "x") == 0
    with pytest.raises(InputError):
        window_of(5, 5)


class Late:
    """CloudWatch as it is: answers of successive looks, the same event more than once, older ones
    late."""

    def __init__(self, looks: list[list[tuple[int, str]]]) -> None:
        self.looks, self.asked = iter(looks), list[dict[str, Any]]()
        self.now = 0.0

    def elsewhere(self, region: str | None) -> "Late":
        return self

    def pages(
        self, service: str, operation: str, key: str, **query: Any
    ) -> Iterator[dict[str, Any]]:
        self.asked.append(query)
        for when, text in next(self.looks, []):
            yield {"timestamp": when, "message": text, "logStreamName": "s", "eventId": "e"}

    def call(self, service: str, operation: str, **query: Any) -> dict[str, Any]:
        return {"events": list(self.pages(service, operation, "events", **query))}

    def together(self, *thunks: Callable[[], Any]) -> tuple[Any, ...]:
        return tuple(thunk() for thunk in thunks)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def following(looks: list[list[tuple[int, str]]], window: Window) -> tuple[list[str], Late]:
    aws = Late(looks)
    stream = Stream("g", "s", "web", "t")

    def find() -> OpenStreams:
        return OpenStreams((stream,), over=aws.now >= 5)

    lines = follow_lines(aws, find, window)  # type: ignore[arg-type]
    return [line.message for line in lines if isinstance(line, LogLine)], aws


def test_following_shows_each_event_once_also_late_ones_and_twins() -> None:
    looks = [
        [(1000, "a"), (1000, "a"), (2000, "b")],
        [(1000, "a"), (1000, "a"), (1500, "late"), (2000, "b"), (2000, "b")],
        [(90_000, "c")],
        [(90_000, "c"), (89_000, "late again")],
    ]
    shown, aws = following(looks, Window())
    assert shown == ["a", "a", "b", "late", "b", "c", "late again"]
    assert "startTime" not in aws.asked[0]
    assert aws.asked[3]["startTime"] == 60_000


def test_a_long_tail_is_read_page_by_page() -> None:
    class Paged(Late):
        def call(self, service: str, operation: str, **query: Any) -> dict[str, Any]:
            self.asked.append(query)
            start = int(query.get("nextToken", "b/6").split("/")[1])
            events = [
                {"timestamp": when, "message": str(when)}
                for when in range(max(start - 3, 0), start)
            ]
            return {"events": events, "nextBackwardToken": f"b/{max(start - 3, 0)}"}

    for tail, shown in ((4, 4), (100, 6)):
        aws = Paged([])
        stream = Stream("g", "s", "web", "t")
        lines = list(read_lines(aws, (stream,), Window(tail=tail)))  # type: ignore[arg-type]
        assert [line.time for line in lines][-shown:] == list(range(6))[-shown:]
    assert len(aws.asked) == 3


def test_a_tail_stays_a_tail_when_it_is_followed() -> None:
    looks = [[(2000, "b"), (3000, "c")], [(1000, "a"), (2000, "b"), (3000, "c"), (4000, "d")]]
    shown, aws = following(looks, Window(tail=2))
    assert shown == ["b", "c", "d"]
    assert aws.asked[0]["limit"] == 2


BEYOND = ["9" * 400, "9" * 5000, "9" * 18, "²", "9999999999999999m", "0001-01-01T00:00:00+23:59"]


@pytest.mark.parametrize("text", BEYOND)
@pytest.mark.parametrize("option", ["--since", "--until"])
def test_a_time_beyond_reason_is_refused_and_no_bug(text: str, option: str) -> None:
    with pytest.raises(InputError) as caught:
        moment(text, option, 1_700_000_000.0)
    assert caught.value.where == option
    assert len(caught.value.message) < 120


def test_words_of_time_that_count_are_read() -> None:
    assert moment("10", "--since", 1_700_000_000.0) == 1_699_999_400_000
    assert moment("1h30m", "--since", 1_700_000_000.0) == 1_699_994_600_000
    assert rfc3339("2026-01-31T12:00:00Z", "--since") == 1_769_860_800_000
