"""boto3 clients whose requests never leave this process: CloudFormation makes its resources through
them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ecscli.sandbox.moto.conversion import converted_request
from ecscli.sandbox.shapes import Environ, Json, Operation
from ecscli.sandbox.wire import Call, Reply, call_of

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse


class Raw(io.BytesIO):
    """A body that botocore reads as it reads one from the network."""

    def stream(self, *args: object, **kwargs: object) -> Iterator[bytes]:
        while chunk := self.read(65536):
            yield chunk


class LocalClients:
    """Clients by service and region, kept; `answer` answers each of their calls at once."""

    def __init__(self, answer: Callable[[Call | None, Environ], Reply]) -> None:
        self._answer = answer
        self._kept: dict[tuple[str, str, str], Any] = {}
        self._session: Any = None

    def get(self, service: str, region: str, access_key: str = "sandbox") -> Any:
        key = service, region, access_key
        if key not in self._kept:
            self._kept[key] = self._make(service, region, access_key)
        return self._kept[key]

    def _make(self, service: str, region: str, access_key: str) -> Any:
        import boto3
        from botocore.config import Config

        self._session = self._session or boto3.Session()
        client = self._session.client(
            service,
            region_name=region,
            endpoint_url="http://127.0.0.1",
            aws_access_key_id=access_key,
            aws_secret_access_key="sandbox",
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )
        client.meta.events.register("provide-client-params", convert)
        client.meta.events.register("before-send", self._send)
        return client

    def _send(self, request: AWSPreparedRequest, **kwargs: object) -> AWSResponse:
        from botocore.awsrequest import AWSResponse
        from botocore.compat import HTTPHeaders

        body = body_of(request)
        headers = {name.lower(): text(value) for name, value in request.headers.items()}
        answered = self._answer(call_of(headers, body), environ_of(request, headers, body))
        found = dict(answered.headers) or {"Content-Type": answered.content_type}
        return AWSResponse(
            request.url, answered.status, HTTPHeaders.from_dict(found), Raw(answered.body)
        )


def body_of(request: AWSPreparedRequest) -> bytes:
    """The body of a request: a text, bytes, a file or nothing."""
    body = request.body or b""
    if not isinstance(body, str | bytes | bytearray):
        body = body.read()
    return body.encode() if isinstance(body, str) else bytes(body)


def convert(params: Json, model: Operation, **kwargs: object) -> Json:
    """The parameters of a call in the types of its model: templates give numbers as text."""
    return converted_request(model, params)


def text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def environ_of(request: AWSPreparedRequest, headers: dict[str, str], body: bytes) -> Environ:
    """The WSGI environment of a botocore request."""
    url = urlsplit(request.url)
    environ: Environ = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": url.path or "/",
        "QUERY_STRING": url.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": url.netloc,
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": headers.get("content-type", ""),
    }
    environ.update(
        {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    )
    return environ
