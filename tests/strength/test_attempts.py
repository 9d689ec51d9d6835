"""Calls without an answer, or throttled: how often each is tried, what is said, when it ends."""

import time
from typing import Any

import pytest

from ecscli.aws.attempts import LONG_SILENT_ATTEMPTS, READ_TIMEOUT, SILENT_ATTEMPTS, takes_long
from ecscli.aws.client import Aws
from ecscli.aws.errors import PASSING, THROTTLED
from ecscli.base.errors import AwsError
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from tests.conftest import Cli
from tests.strength import conftest
from tests.strength.conftest import Said, Stranger

THROTTLE = '{"__type": "ThrottlingException", "message": "Rate exceeded"}'
NO_TASKS = '{"taskArns": []}'


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between attempts cost nothing here."""
    real = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: real(min(seconds, 0.001)))


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Every attempt ends as where no answer comes in time; how long each waited."""
    from botocore.exceptions import ReadTimeoutError
    from botocore.httpsession import URLLib3Session

    waited: list[float] = []

    def send(self: Any, request: Any) -> Any:
        waited.append(
            self._timeout[1] if isinstance(self._timeout, tuple) else self._timeout.read_timeout
        )
        raise ReadTimeoutError(endpoint_url=request.url)

    monkeypatch.setattr(URLLib3Session, "send", send)
    return waited


def test_a_read_without_an_answer_is_said_tried_again_and_given_up_within_about_a_minute(
    away: Cli, silence: list[float]
) -> None:
    run = away("compose", "stop")
    assert run.code == 1
    assert silence == [READ_TIMEOUT] * SILENT_ATTEMPTS
    assert sum(silence) <= 60
    assert run.err.count("trying again") == 1
    assert "ecs ListTasks: no answer within 15 s; trying again" in run.err
    assert "hint: the address comes from AWS_ENDPOINT_URL" in run.err


def test_what_changes_something_is_waited_for_longer_and_repeated_less(
    stranger: Stranger, silence: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in stranger.environment().items():
        monkeypatch.setenv(name, value)
    said: list[str] = []
    aws = Aws(resolve(Flags(), stranger.environment()), say=said.append)
    with pytest.raises(AwsError):
        aws.call("ecs", "stop_task", task="t")
    assert silence == [60.0] * LONG_SILENT_ATTEMPTS
    assert said == ["ecs StopTask: no answer within 60 s; trying again"]
    assert [takes_long(name) for name in ("list_tasks", "filter_log_events", "run_task")] == [
        False,
        True,
        True,
    ]


def test_a_lost_connection_is_said_and_tried_again(away: Cli, stranger: Stranger) -> None:
    stranger.script = lambda action, count: (
        None if count < 3 else Said(200, conftest.JSON, NO_TASKS)
    )
    run = away("compose", "stop")
    assert run.code == 0, run.err
    assert run.err.count("ecs ListTasks: the connection was lost; trying again") == 1
    assert len(stranger.calls) == 3


@pytest.mark.parametrize("words", ["up --capability-iam", "up --empty", "plan"])
def test_a_lost_connection_is_said_by_commands_of_clusters(
    away: Cli, stranger: Stranger, words: str
) -> None:
    stranger.script = lambda action, count: None
    run = away(*words.split(), AWS_MAX_ATTEMPTS="2")
    assert run.code == 1
    assert "the connection was lost; trying again" in run.err


def test_one_attempt_is_not_said_to_be_tried_again(away: Cli, stranger: Stranger) -> None:
    stranger.script = lambda action, count: None
    run = away("compose", "stop", AWS_MAX_ATTEMPTS="1")
    assert run.code == 1
    assert "trying again" not in run.err
    assert len(stranger.calls) == 1


def test_what_is_throttled_seven_times_is_done_and_eight_times_is_told_with_a_remedy(
    away: Cli, stranger: Stranger
) -> None:
    away.environment["AWS_RETRY_MODE"] = "standard"  # the adaptive one makes real pauses
    stranger.script = lambda action, count: (
        Said(400, conftest.JSON, THROTTLE) if count < 8 else Said(200, conftest.JSON, NO_TASKS)
    )
    assert away("compose", "stop").code == 0
    assert len(stranger.calls) == 8
    stranger.says(400, conftest.JSON, THROTTLE)
    run = away("compose", "stop")
    assert (run.code, len(stranger.calls)) == (1, 16)
    assert "ListTasks: ThrottlingException: Rate exceeded" in run.err
    assert "hint: AWS lets this account make no more calls of this kind for now" in run.err


@pytest.mark.parametrize("code", sorted(PASSING - {"ConnectionError", "500", "502", "503", "504"}))
def test_every_trouble_that_passes_has_a_remedy(away: Cli, stranger: Stranger, code: str) -> None:
    status = 400 if code in THROTTLED else 503
    stranger.says(status, conftest.JSON, {"__type": code, "message": "no"})
    run = away("compose", "stop", AWS_MAX_ATTEMPTS="1")
    assert run.code == 1
    assert "repeat the command in a minute" in run.err


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_gateway_that_is_out_of_order_is_told_by_its_status(
    away: Cli, stranger: Stranger, status: int
) -> None:
    stranger.says(status, conftest.HTML, "<html>Bad Gateway</html>")
    run = away("compose", "stop", AWS_MAX_ATTEMPTS="1")
    assert run.code == 1
    assert f"ListTasks: {status}: " in run.err
    assert "<html>" not in run.err
    assert "hint: " in run.err
