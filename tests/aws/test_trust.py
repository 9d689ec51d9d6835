"""TLS: certificates are read once, and nobody is trusted who was not."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import certifi
import pytest
from botocore.session import Session

from ecscli.aws.client import Aws
from ecscli.aws.trust import Trust, reads_once
from ecscli.base.errors import AwsError
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.sandbox.balancers.tls import signed


class Answering(BaseHTTPRequestHandler):
    """ECS without clusters."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.end_headers()
        self.wfile.write(b'{"clusterArns": []}')

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server that speaks TLS with the certificate `own.pem`."""
    (tmp_path / "own.pem").write_bytes(signed(("localhost",)))
    server = HTTPServer(("127.0.0.1", 0), Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "own.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def aws(url: str, monkeypatch: pytest.MonkeyPatch, **variables: str) -> Aws:
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_MAX_ATTEMPTS": "1"}
    for name, value in {**keys, **variables}.items():
        monkeypatch.setenv(name, value)
    return Aws(resolve(Flags(region="us-east-1", endpoint=url), {**keys, **variables}))


def test_each_connection_uses_what_one_has_read(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = str(tmp_path / "own.pem")
    found = aws(address, monkeypatch, AWS_CA_BUNDLE=bundle)
    read: list[Any] = []
    real = ssl.SSLContext.load_verify_locations

    def count(self: ssl.SSLContext, *arguments: Any) -> None:
        read.append(arguments[0])
        real(self, *arguments)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", count)
    for _ in range(3):  # the server closes each connection
        assert found.call("ecs", "list_clusters")["clusterArns"] == []
    assert read == [bundle]


def test_who_is_not_in_the_bundle_is_not_trusted(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = aws(address, monkeypatch)
    for _ in range(2):
        with pytest.raises(AwsError, match="certificate"):
            found.call("ecs", "list_clusters")


def test_clients_of_one_trust_share_and_others_do_not() -> None:
    session, trust = Session(), Trust()
    options: dict[str, Any] = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    contexts = []
    for verify in (True, True, certifi.where(), False):
        client = session.create_client("sts", "us-east-1", verify=verify, **options)
        trust.share_with(client)
        contexts.append(client._endpoint.http_session._manager.connection_pool_kw["ssl_context"])
    assert contexts[0] is contexts[1]
    assert len({id(context) for context in contexts}) == 3


def test_what_cannot_be_read_is_tried_again(tmp_path: Path) -> None:
    context = reads_once(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    path = tmp_path / "own.pem"
    with pytest.raises(OSError):
        context.load_verify_locations(str(path))
    path.write_bytes(signed(("localhost",)))
    context.load_verify_locations(str(path))
    assert len(context.get_ca_certs()) == 1
