"""What AWS refuses before a service sees a call: an operation that the service does not have, and a
body that cannot be read.

The codes are those of the services' "Common errors" pages and of AWS's JSON protocols.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import NotRequired, Protocol, TypedDict
from urllib.parse import parse_qsl

from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.wire import Call

#: The services that are served, by the name in their signatures, which most models of botocore have
#: as well; then those that have others.
NAMESAKES = (
    "acm",
    "application-autoscaling",
    "autoscaling",
    "cloudformation",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "events",
    "iam",
    "kms",
    "logs",
    "scheduler",
    "secretsmanager",
    "servicediscovery",
    "ssm",
    "sts",
)
MODELS = {
    **{name: (name,) for name in NAMESAKES},
    "elasticfilesystem": ("efs",),
    "elasticloadbalancing": ("elb", "elbv2"),
    "monitoring": ("cloudwatch",),
    "servicequotas": ("service-quotas",),
    "tagging": ("resourcegroupstaggingapi",),
}
#: Protocols in which a form calls an operation by its Action, and a header by X-Amz-Target.
FORM_PROTOCOLS, HEADER_PROTOCOL = {"query", "ec2"}, "json"


class Metadata(TypedDict):
    """The part of a model's metadata that names its protocols."""

    protocol: str
    protocols: NotRequired[list[str]]


class ServiceModel(Protocol):
    """What is read of botocore's model of a service."""

    @property
    def operation_names(self) -> Iterable[str]: ...

    @property
    def metadata(self) -> Metadata: ...


def check(call: Call) -> None:
    """Refuse a call that no service of AWS would look at (ApiError)."""
    spoken = protocols(call.service)
    if call.is_form and not spoken.isdisjoint(FORM_PROTOCOLS):
        check_form(call)
    elif call.is_json and spoken:
        if HEADER_PROTOCOL in spoken and call.operation not in operations_of(call.service):
            raise ApiError("UnknownOperationException", unknown(call))
        call.document()


def check_form(call: Call) -> None:
    """A call of the query protocol."""
    if not call.operation:
        raise ApiError("MissingAction", "The request is missing an action.")
    if call.operation not in operations_of(call.service):
        message = f"The action {call.operation} is not valid for this web service."
        raise ApiError("InvalidAction", message)
    try:
        parse_qsl(call.body.decode(), keep_blank_values=True, errors="strict")
    except ValueError:
        message = "The query string contains a syntax error: it is not UTF-8."
        raise ApiError("MalformedQueryString", message, 404) from None


def unknown(call: Call) -> str:
    if not call.operation:
        return "The request names no operation: the X-Amz-Target header is missing."
    return f"{call.service} has no operation named {call.operation}."


@cache
def operations_of(service: str) -> frozenset[str]:
    return frozenset(name for model in models(service) for name in model.operation_names)


@cache
def protocols(service: str) -> frozenset[str]:
    """The protocols of a service; none for one that is not checked."""
    found: list[str] = []
    for model in models(service):
        found += model.metadata.get("protocols") or [model.metadata["protocol"]]
    return frozenset(found)


def models(service: str) -> list[ServiceModel]:
    from moto.core.utils import get_service_model

    load: Callable[[str], ServiceModel] = get_service_model
    return [load(name) for name in MODELS.get(service, ())]
