"""boto3 clients whose requests never leave this process: CloudFormation makes its resources through
them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ecscli.sandbox.moto.conversion import converted
from ecscli.sandbox.shapes import Environ, Json
from ecscli.sandbox.wire import Call, Reply, call_of


class Raw(io.BytesIO):
    """A body that botocore reads as it reads one from the network."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
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

    def _send(self, request: Any, **kwargs: Any) -> Any:
        from botocore.awsrequest import AWSResponse
        from botocore.compat import HTTPHeaders

        body = request.body or b""
        body = (
            body.encode()
            if isinstance(body, str)
            else body.read()
            if hasattr(body, "read")
            else body
        )
        headers = {name.lower(): text(value) for name, value in request.headers.items()}
        answered = self._answer(call_of(headers, body), environ_of(request, headers, body))
        found = dict(answered.headers) or {"Content-Type": answered.content_type}
        return AWSResponse(
            request.url, answered.status, HTTPHeaders.from_dict(found), Raw(answered.body)
        )


def convert(params: Json, model: Any, **kwargs: Any) -> Json:
    """The parameters of a call in the types of its model: templates give numbers as text."""
    found: Json = converted(model.input_shape, params) if model.input_shape else params
    return found


def text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def environ_of(request: Any, headers: dict[str, str], body: bytes) -> Environ:
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
