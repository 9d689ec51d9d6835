"""From a request to what an operation needs: the template's document, the values of its parameters,
a new stack."""

from __future__ import annotations

import re
import uuid
from typing import NamedTuple

from ecscli.sandbox.partitions import partition_of
from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds import kind
from ecscli.sandbox.stacks.model import UPDATABLE, Stack
from ecscli.sandbox.stacks.order import check_references, ordered
from ecscli.sandbox.stacks.parameters import Value, evaluate
from ecscli.sandbox.stacks.state import Stacks
from ecscli.sandbox.stacks.template import parse, validation


class Prepared(NamedTuple):
    """A template ready to be used."""

    text: str
    document: Json
    values: dict[str, Value]


def prepared(stacks: Stacks, stack: Stack | None, request: Json) -> Prepared:
    """The checked template and parameter values of a request; `stack` is the one to be updated."""
    text = text_of(stacks, stack, request)
    document = parse(text)
    check_references(document, set(document.get("Parameters", {})))
    ordered(document["Resources"])
    for one in document["Resources"].values():
        kind(one["Type"])
    previous = stack.values if stack else {}
    return Prepared(
        text, document, evaluate(document, request.get("Parameters") or [], previous, stacks.ssm)
    )


def text_of(stacks: Stacks, stack: Stack | None, request: Json) -> str:
    if request.get("UsePreviousTemplate") and stack is not None:
        return stack.text
    if request.get("TemplateBody"):
        return str(request["TemplateBody"])
    if request.get("TemplateURL"):
        return from_bucket(stacks, request["TemplateURL"])
    raise validation("Either Template URL or Template Body must be specified.")


def from_bucket(stacks: Stacks, url: str) -> str:
    """A template in S3, by path-style or virtual-hosted address."""
    match = re.match(r"https?://(?:([^./]+)\.s3[^/]*/|[^/]+/([^/]+)/)([^?]+)", url)
    if not match:
        raise validation(f"TemplateURL must be a supported URL: {url}")
    body = stacks.client("s3").get_object(Bucket=match[1] or match[2], Key=match[3])["Body"].read()
    return str(body.decode())


def new_stack(stacks: Stacks, name: str, request: Json) -> Stack:
    if not re.fullmatch(r"[A-Za-z][-A-Za-z0-9]{0,127}", name):
        raise validation(
            f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy"
            " constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )
    partition = partition_of(stacks.region)
    site = f"{stacks.region}:{stacks.account}"
    arn = f"arn:{partition}:cloudformation:{site}:stack/{name}/{uuid.uuid4()}"
    stack = Stack(name, arn, stacks.timeline.now)
    stack.tags = request.get("Tags") or []
    stack.capabilities = request.get("Capabilities") or []
    stack.token, stack.role = request.get("ClientRequestToken"), request.get("RoleARN")
    stack.protected = bool(request.get("EnableTerminationProtection"))
    stack.disable_rollback = bool(request.get("DisableRollback"))
    return stack


def need_idle(stack: Stack) -> None:
    """Only a stack at rest can be updated."""
    if stack.status not in UPDATABLE:
        raise validation(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
