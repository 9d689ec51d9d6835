"""An address that answers in AWS's place, with whatever a test makes it say."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest

from tests.conftest import Cli
from tests.strength.ground import ground  # noqa: F401

JSON = "application/x-amz-json-1.1"
HTML = "text/html; charset=utf-8"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIASTRANGER", "AWS_SECRET_ACCESS_KEY": "marker-of-a-secret-key"}


class Said(NamedTuple):
    """One answer."""

    status: int
    media: str
    body: str


class Stranger:
    """A server on this machine; `script` takes the name of an action and how often it came, None
    hangs up."""

    def __init__(self) -> None:
        self.script: Callable[[str, int], Said | None] = lambda action, count: Said(
            200, HTML, "<html>hello</html>"
        )
        self.calls: list[str] = []
        self.bodies: list[str] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def says(self, status: int, media: str, body: object) -> None:
        """The same to everybody."""
        text = body if isinstance(body, str) else json.dumps(body)
        self.script = lambda action, count: Said(status, media, text)

    def environment(self) -> dict[str, str]:
        return {
            **KEYS,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": "us-east-1",
            "ECS_CLUSTER": "demo",
        }

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(stranger) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Silent."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                action = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
                action = action or body.partition("Action=")[2].partition("&")[0]
                with stranger._lock:
                    stranger.calls.append(action)
                    stranger.bodies.append(body)
                    said = stranger.script(action, stranger.calls.count(action))
                if said is None:
                    self.close_connection = True
                    return
                content = said.body.encode()
                self.send_response_only(said.status)
                if said.media:
                    self.send_header("Content-Type", said.media)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST

        return Handler


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    server = Stranger()
    yield server
    server.close()


@pytest.fixture
def away(cli: Cli, stranger: Stranger) -> Cli:
    """A user with a project, whose calls go to the stranger."""
    cli.environment |= stranger.environment()
    cli.write("docker-compose.yml", "services: {web: {image: nginx, mem_limit: 64m}}\n")
    return cli
