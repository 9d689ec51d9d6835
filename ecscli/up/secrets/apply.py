"""WRITES: a secret created, restored, updated or deleted. The value goes into the one call that
needs it, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.base.errors import AwsError
from ecscli.compose.params.secret_settings import SSM
from ecscli.up.model import DeleteSecret, Event, WriteSecret

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

EXISTS = ("ResourceExistsException", "ParameterAlreadyExists")
REFUSED = "InvalidRequestException"
GONE = ("ResourceNotFoundException", "ParameterNotFound")


def write_secret(aws: Aws, action: WriteSecret) -> Iterator[Event]:
    """Write a value; one that another command has made meanwhile is left as it is."""
    value = action.secret.value.reveal()
    aws.hide([value])
    name = action.subject
    if action.restores:
        aws.call("secretsmanager", "restore_secret", **action.request)
        yield Event(f"Restored secret {name}, which was scheduled for deletion", "done")
    try:
        _send(aws, action, value)
    except AwsError as error:
        if error.code not in EXISTS:
            raise
        hint = "`ecscli compose secrets ls` compares it"
        yield Event(f"secret {name} was made meanwhile: it is left as it is", "warning", hint=hint)
        return
    verb = "Created" if action.before is None and not action.restores else "Updated"
    yield Event(f"{verb} secret {name}", "done")


def _send(aws: Aws, action: WriteSecret, value: str) -> None:
    """The call that carries the value."""
    call = action.call
    if action.restores:
        aws.call("secretsmanager", "put_secret_value", **action.request, SecretString=value)
    elif call.service == SSM:
        aws.call(call.service, call.operation, **action.request, Value=value)
    else:
        aws.call(call.service, call.operation, **action.request, SecretString=value)


def delete_secret(aws: Aws, action: DeleteSecret) -> Iterator[Event]:
    """Delete a secret, or schedule that; what is gone or scheduled by now needs nothing."""
    try:
        aws.call(action.call.service, action.call.operation, **action.request)
    except AwsError as error:
        if error.code not in GONE and not _is_leaving(aws, action, error):
            raise
    yield Event(f"Deleted secret {action.subject} ({action.label})", "done")


def _is_leaving(aws: Aws, action: DeleteSecret, error: AwsError) -> bool:
    """Whether the deletion is scheduled already: the answer to an earlier attempt was lost, or
    another command was quicker."""
    if error.code != REFUSED:
        return False
    found = aws.call("secretsmanager", "describe_secret", SecretId=action.subject)
    return bool(found.get("DeletedDate"))
