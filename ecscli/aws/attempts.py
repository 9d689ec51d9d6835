"""Attempts that get no answer: how long each waits, what the user reads after the first, and when
no more are made.

botocore repeats a call by itself; its event needs-retry reports each attempt that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from ecscli.base.documents import Document, Draft

if TYPE_CHECKING:
    from botocore.model import OperationModel

CONNECT_TIMEOUT = 5.0  # seconds
READ_TIMEOUT = 15.0  # seconds without a byte of an answer, for calls that only read
# for calls that change something, which nobody should repeat too soon, and for searches
LONG_READ_TIMEOUT = 60.0
SILENT_ATTEMPTS, LONG_SILENT_ATTEMPTS = 4, 2  # of a call that times out: about a minute, or two
READS = ("describe_", "list_", "get_", "batch_get_", "filter_", "simulate_")
SEARCHES = frozenset({"filter_log_events"})
TIMEOUTS = frozenset({"ReadTimeoutError", "ConnectTimeoutError"})  # botocore's classes
# Calls that make something more each time and take no token: who makes them looks first whether it
# was done
NOT_REPEATED = frozenset({"RegisterTaskDefinition", "CreatePolicyVersion"})
UNSENT = frozenset({"EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError"})
# The members by which AWS knows a repeated call again, where botocore does not fill them by itself
IDEMPOTENCY: Mapping[tuple[str, str], str] = {
    ("ecs", "create_service"): "clientToken",
    ("cloudformation", "create_change_set"): "ClientToken",
    ("cloudformation", "delete_stack"): "ClientRequestToken",
    ("cloudformation", "execute_change_set"): "ClientRequestToken",
    ("cloudformation", "update_stack"): "ClientRequestToken",
}
CONNECTION = TIMEOUTS | {
    "EndpointConnectionError",
    "ConnectionClosedError",
    "ProxyConnectionError",
    "SSLError",
    "HTTPClientError",
    "ConnectionError",
    "ResponseStreamingError",
    "IncompleteReadError",
}

Say = Callable[[str], None]


class ClientConfig(Protocol):
    """What is read of botocore's Config, which takes its options as attributes."""

    read_timeout: float


def with_token(service: str, operation: str, parameters: Draft) -> Draft:
    """The parameters with a random token for this one call, all of whose attempts carry it."""
    name = IDEMPOTENCY.get((service, operation))
    if name is None or name in parameters:
        return parameters
    import uuid

    return {**parameters, name: str(uuid.uuid4())}


def takes_long(operation: str) -> bool:
    """Whether a call may work for longer than a plain read."""
    return not operation.startswith(READS) or operation in SEARCHES


def watcher(say: Say) -> Callable[..., None]:
    """A handler of needs-retry, which reports a call that got no answer and raises what ends one
    that times out."""

    def watch(
        attempts: int,
        operation: OperationModel,
        caught_exception: Exception | None,
        request_dict: Document,
        **_: object,
    ) -> None:
        if caught_exception is None or type(caught_exception).__name__ not in CONNECTION:
            return
        config = request_dict["context"]["client_config"]
        silent = _silent_attempts(config)
        if _is_last(attempts, operation.name, caught_exception, silent):
            raise caught_exception
        most = (config.retries or {}).get("total_max_attempts", silent)
        if attempts == 1 < most:
            call = f"{operation.service_model.service_name} {operation.name}"
            say(f"{call}: {_trouble(caught_exception, config)}; trying again")

    return watch


def _silent_attempts(config: ClientConfig) -> int:
    """How many attempts may time out before a call is given up."""
    long = config.read_timeout == LONG_READ_TIMEOUT
    return LONG_SILENT_ATTEMPTS if long else SILENT_ATTEMPTS


def _is_last(attempts: int, operation: str, error: Exception, silent: int) -> bool:
    """Whether no further attempt may follow this one."""
    name = type(error).__name__
    if name in TIMEOUTS and attempts >= silent:
        return True
    return operation in NOT_REPEATED and name not in UNSENT


def _trouble(error: Exception, config: ClientConfig) -> str:
    if type(error).__name__ in TIMEOUTS:
        return f"no answer within {config.read_timeout:g} s"
    return "the connection was lost"
