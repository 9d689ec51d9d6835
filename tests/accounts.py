"""A plain AWS over HTTP in a process of its own, and a trap that notes who calls where nobody
should."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import AwsError
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from tests.conftest import Cli, private_environment

SERVER = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
"""


@pytest.fixture(scope="session")
def moto_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a moto server; its environment holds nothing of the tests'."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=private_environment(tmp_path_factory.mktemp("moto")),
        text=True,
    ) as server:
        assert server.stdin
        assert server.stdout
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        server.stdin.close()


class Trap:
    """A TCP and a UDP port that note every caller."""

    def __init__(self) -> None:
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        self.udp.setblocking(False)
        self.callers: list[object] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, caller = self.tcp.accept()
            except OSError:
                return
            self.callers.append(caller)
            connection.close()

    def datagrams(self) -> list[bytes]:
        found = []
        while True:
            try:
                found.append(self.udp.recv(65536))
            except BlockingIOError:
                return found

    def close(self) -> None:
        self.tcp.close()
        self.udp.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    trap = Trap()
    yield trap
    trap.close()


@pytest.fixture
def account(sandbox: Cli) -> Aws:
    """The account behind the sandbox, to seed it and to look into it from outside the command
    line."""
    from ecscli.sandbox import process

    return Aws(resolve(Flags(sandbox_url=process.ensure(sandbox.environment)), sandbox.environment))


def write_log(account: Aws, group: str, stream: str, *lines: tuple[int, str]) -> None:
    """Events with their time in milliseconds; the stream may exist, as agents make one when a
    container starts."""
    try:
        account.call("logs", "create_log_stream", logGroupName=group, logStreamName=stream)
    except AwsError as error:
        if error.code != "ResourceAlreadyExistsException":
            raise
    events = [{"timestamp": when, "message": text} for when, text in lines]
    account.call(
        "logs", "put_log_events", logGroupName=group, logStreamName=stream, logEvents=events
    )
