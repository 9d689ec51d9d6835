"""AWS's protocols: which call an HTTP request is, its parameters, and a response or an error in its
format.

JSON calls are read and written here; for the XML ones moto's parsers and serializers do the work.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl

from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.shapes import Json, Operation

SCOPE = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
#: Prefixes of X-Amz-Target by service, for requests that are not signed.
TARGETS = {"AmazonEC2ContainerServiceV20141113": "ecs"}
#: The region of requests that are not signed.
USUAL_REGION = "us-east-1"
FORM = "application/x-www-form-urlencoded"
#: REST services that answer in XML, by the names in their signatures.
REST_XML = ("s3", "s3control", "route53", "cloudfront")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an AWS API."""

    service: str
    operation: str
    region: str
    access_key: str
    body: bytes
    content_type: str

    @property
    def is_json(self) -> bool:
        return "json" in self.content_type

    @property
    def is_xml(self) -> bool:
        """Whether errors are XML: those of the query protocol, and of REST services that speak
        it."""
        return self.content_type.startswith(FORM) or self.service in REST_XML

    @property
    def is_form(self) -> bool:
        """Whether the call is one of the query protocol."""
        return self.content_type.startswith(FORM) and self.service not in REST_XML

    def document(self) -> Json:
        """The JSON object of the body; SerializationException where it is none."""
        try:
            found = json.loads(self.body or b"{}")
        except (ValueError, RecursionError):
            raise ApiError("SerializationException", "The request is not valid JSON.") from None
        if not isinstance(found, dict):
            raise ApiError("SerializationException", "The request is not a JSON object.")
        return found

    def parameters(self) -> Json:
        """The request's members, by the names of the service's model."""
        return self.document() if self.is_json else query_parameters(self)


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, content type and body of an answer, and the headers where moto made it."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def is_page(self) -> bool:
        """Whether the answer is a page for a browser."""
        return self.body.lstrip()[:14].lower() == b"<!doctype html"


def call_of(headers: Mapping[str, str], body: bytes) -> Call | None:
    """The call that a request's headers (names in lower case) and body make; nothing for other
    requests."""
    target, _, operation = headers.get("x-amz-target", "").rpartition(".")
    content_type = headers.get("content-type", "")
    if not operation and content_type.startswith(FORM):
        operation = action_in(body)
    scope = SCOPE.search(headers.get("authorization", ""))
    if scope:
        access_key, region, service = scope.groups()
        return Call(service, operation, region, access_key, body, content_type)
    if target not in TARGETS:
        return None
    return Call(TARGETS[target], operation, USUAL_REGION, "", body, content_type)


def action_in(form: bytes) -> str:
    """The Action of a form of the query protocol."""
    match = re.search(rb"(?:^|&)Action=([A-Za-z0-9]+)", form)
    return match[1].decode() if match else ""


@cache
def operation_model(service: str, operation: str) -> Operation:
    from moto.core.utils import get_service_model

    model: Operation = get_service_model(service).operation_model(operation)
    return model


def query_parameters(call: Call) -> Json:
    from moto.core.parse import PROTOCOL_PARSERS
    from werkzeug.datastructures import Headers, MultiDict

    model = operation_model(call.service, call.operation)
    parser = PROTOCOL_PARSERS[model.service_model.protocol](model)
    values = MultiDict(parse_qsl(call.body.decode(), keep_blank_values=True))
    request = {
        "method": "POST",
        "values": values,
        "headers": Headers(),
        "body": call.body,
        "url_path": "/",
        "url_params": {},
    }
    return dict(parser.parse(request))


def reply(call: Call, result: Mapping[str, object]) -> Reply:
    """A successful answer in the protocol of the call."""
    if call.is_json:
        return Reply(200, "application/x-amz-json-1.1", json.dumps(result, default=str).encode())
    return serialized(call, result)


def serialized(call: Call, result: object) -> Reply:
    from moto.core.serialize import get_serializer_class

    model = operation_model(call.service, call.operation)
    done = get_serializer_class(call.service, model.service_model.protocol)(model).serialize(result)
    body = done["body"]
    return Reply(done["status_code"], "text/xml", body.encode() if isinstance(body, str) else body)


def refusal(call: Call | None, error: ApiError) -> Reply:
    """An error in the protocol of the call, or in JSON for a request that is no call of AWS."""
    if call is None:
        return Reply(
            error.status, "application/json", json.dumps({"error": error.message}).encode()
        )
    if call.is_xml:
        return Reply(error.status, "text/xml", xml_error(call.service, error))
    kind = "application/x-amz-json-1.1"
    document = json.dumps({"__type": error.code, "message": error.message}).encode()
    return Reply(
        error.status, kind, document, (("Content-Type", kind), ("x-amzn-ErrorType", error.code))
    )


def xml_error(service: str, error: ApiError) -> bytes:
    from xml.sax.saxutils import escape

    code, message, request = escape(error.code), escape(error.message), uuid.uuid4()
    kind = "Sender" if error.status < 500 else "Receiver"
    inner = f"<Code>{code}</Code><Message>{message}</Message>"
    if service == "ec2":
        errors = f"<Errors><Error>{inner}</Error></Errors>"
        return f"<Response>{errors}<RequestID>{request}</RequestID></Response>".encode()
    return (
        f"<ErrorResponse><Error><Type>{kind}</Type>{inner}</Error><RequestId>{request}</RequestId></ErrorResponse>"
    ).encode()
