"""Tokens by which AWS knows a repeated call again: random for each call, the same in each of its
attempts."""

import re
from typing import Any, get_args

import pytest
from botocore.session import Session

from ecscli.aws.attempts import IDEMPOTENCY, NOT_REPEATED
from ecscli.aws.client import Aws
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.up.model import Action, DeleteSecret, WriteSecret
from tests.strength import conftest
from tests.strength.conftest import Said, Stranger
from tests.strength.test_answers import called, method_names

TOKEN = re.compile(r"(client|request|creator)\w*(token|requestid)", re.IGNORECASE)
# Actions whose call depends on the store and on what is there, and what they call
SECRETS = (WriteSecret, DeleteSecret)
BY_STORE = {
    ("secretsmanager", "delete_secret"),
    ("ssm", "delete_parameter"),
    ("secretsmanager", "create_secret"),
    ("secretsmanager", "put_secret_value"),
    ("secretsmanager", "restore_secret"),
    ("ssm", "put_parameter"),
}
READS = ("describe_", "list_", "get_", "filter_")


def writes() -> set[tuple[str, str]]:
    """Every operation that the package calls and that changes something."""
    calls = [action.call for action in get_args(Action) if action not in SECRETS]
    actions = {(call.service, call.operation) for call in calls}
    return {pair for pair in called() | actions | BY_STORE if not pair[1].startswith(READS)}


def model(service: str, operation: str) -> Any:
    return Session().get_service_model(service).operation_model(method_names(service)[operation])


def test_every_call_that_takes_a_token_gets_one() -> None:
    assert len(writes()) >= 30
    for service, operation in sorted(writes()):
        found = model(service, operation)
        tokens = {name for name in found.input_shape.members if TOKEN.fullmatch(name)}
        by_hand = tokens - set(found.idempotent_members)
        assert by_hand == ({IDEMPOTENCY[service, operation]} if by_hand else set()), (
            service,
            operation,
        )


def test_what_is_not_repeated_takes_no_token() -> None:
    calls = [("ecs", "register_task_definition"), ("iam", "create_policy_version")]
    models = [model(*call) for call in calls]
    assert {found.name for found in models} == NOT_REPEATED
    for found in models:
        assert not any(TOKEN.fullmatch(name) for name in found.input_shape.members)


MADE = '{"service": {"serviceArn": "a", "status": "ACTIVE"}}'


@pytest.mark.parametrize(
    ("operation", "request_", "answer", "name"),
    [
        (
            "create_service",
            {"serviceName": "web"},
            '{"service": {"serviceArn": "a", "status": "ACTIVE"}}',
            "clientToken",
        ),
        ("run_task", {"taskDefinition": "web"}, '{"tasks": [], "failures": []}', "clientToken"),
    ],
)
def test_a_token_is_the_same_in_each_attempt_and_another_in_each_call(
    stranger: Stranger,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    request_: Any,
    answer: str,
    name: str,
) -> None:
    for variable, value in stranger.environment().items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    aws = Aws(resolve(Flags(), stranger.environment()))
    stranger.script = lambda action, count: None if count == 1 else Said(200, conftest.JSON, answer)
    for _ in range(2):
        aws.call("ecs", operation, **request_)
    first, again, second = (re.findall(rf'"{name}": "([^"]+)"', body) for body in stranger.bodies)
    assert len(first) == 1
    assert first == again
    assert second != first
