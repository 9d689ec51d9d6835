"""No screen of a log stays empty without a word."""

from typing import Any, cast

from ecscli.ops.logs.silence import Notes, explained, nothing_in, waiting_for
from ecscli.ops.logs.streams import Stream
from ecscli.ops.logs.window import Window
from tests.conftest import Cli
from tests.ops.test_compose_logs import Stage, stage
from tests.sandbox.conftest import wait_until

__all__ = ["stage"]

ARN = "arn:aws:ecs:us-east-1:123456789012:task/demo/0123"
STREAM = Stream("/ecs/shop", "web/web/0123", "web", "0123")


def task(status: str, **more: str) -> Any:
    return {"taskArn": ARN, "lastStatus": status, **more}


def test_what_is_waited_for() -> None:
    assert waiting_for([], ()) == "no task runs: waiting for one"
    assert waiting_for([task("STOPPED")], (STREAM,)) == "no task runs: waiting for one"
    assert waiting_for([task("PENDING")], (STREAM,)) == (
        "task 0123 is PENDING: waiting for its first line"
    )
    assert waiting_for([task("RUNNING")], (STREAM,)) == (
        "nothing is written to log group /ecs/shop yet: waiting for the first line"
    )
    assert waiting_for([task("RUNNING")], ()) == "", "a warning names the containers"


def test_why_there_is_no_line() -> None:
    running = task("RUNNING", startedAt="now")
    assert nothing_in([running], (STREAM,), Window()) == "no line in log group /ecs/shop"
    assert nothing_in([running], (STREAM,), Window(start=1)) == (
        "no line of this time in log group /ecs/shop"
    )
    assert nothing_in([running], (STREAM,), Window(pattern="ERROR")) == (
        "no line matches ERROR in log group /ecs/shop"
    )
    failed = task("STOPPED", stoppedReason="CannotPullContainerError: no such image")
    assert nothing_in([failed], (STREAM,), Window()) == (
        "no line: task 0123 is STOPPED, and never started, CannotPullContainerError: no such image"
    )
    assert nothing_in([failed], (), Window()) == ""


def test_lines_need_no_words() -> None:
    notes, lines = Notes(), iter([cast(Any, "line"), None])
    assert list(explained(lines, notes.add, lambda: "waiting", lambda: "nothing")) == ["line", None]
    assert notes.since(0) == []


def test_a_log_without_lines_says_so(sandbox: Cli, stage: Stage) -> None:
    stage.register()
    stage.run()
    once = sandbox("compose", "logs")
    assert (once.code, once.out, once.err) == (0, "", "no line in log group /shop\n")
    narrow = sandbox("compose", "logs", "--since", "10")
    assert narrow.err == "no line of this time in log group /shop\n"


def test_following_says_for_what_it_waits_once(sandbox: Cli, stage: Stage) -> None:
    stage.register()
    one = stage.run()
    wait_until(lambda: stage.status(one) == "RUNNING")
    stage.account.call("ecs", "stop_task", cluster="demo", task=one)
    wait_until(lambda: stage.status(one) == "STOPPED")
    followed = sandbox("compose", "logs", "--follow")
    assert followed.code == 0, followed.err
    assert "waiting for" in followed.err
    task_alone = sandbox("logs", "--task-id", one, "--follow")
    assert task_alone.code == 0, task_alone.err
    assert "in log group /shop" in task_alone.err


def test_a_group_that_is_not_there_yet_is_waited_for(sandbox: Cli, stage: Stage) -> None:
    stage.register()
    one = stage.run()
    stage.account.call("logs", "delete_log_group", logGroupName="/shop")
    refused = sandbox("compose", "logs")
    assert refused.code == 2
    assert 'there is no log group "/shop"' in refused.err
    stage.account.call("ecs", "stop_task", cluster="demo", task=one)
    followed = sandbox("compose", "logs", "--follow")
    assert followed.code == 2
    assert "log group /shop does not exist yet: waiting for it" in followed.err
    assert 'there is no log group "/shop"' in followed.err, "no line can come any more"
