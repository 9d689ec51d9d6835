"""`console`: what it prints, and what the program that opens the page is given."""

import gc
import json
import socket
import stat
import sys
from urllib.parse import urlsplit

import pytest

from ecscli.console.server import Server
from tests.conftest import Cli

OPENER = """\
#!{python}
import sys, urllib.request
page = urllib.request.urlopen(sys.argv[1]).read().decode()
open("opened", "w").write(sys.argv[1] + " " + str("ecscli console" in page))
"""


def test_the_opener_finds_the_page_and_gets_a_token_of_its_own(sandbox: Cli) -> None:
    for name in ("open", "xdg-open"):
        file = sandbox.write(f"bin/{name}", OPENER.format(python=sys.executable))
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
    gc.disable()  # as the process of a command begins
    done = sandbox("console", "--idle", "1s", PATH=f"{sandbox.directory / 'bin'}")
    assert gc.isenabled()
    assert done.code == 0, done.err
    assert "No browser" not in done.err
    opened, is_answered = (sandbox.directory / "opened").read_text().split()
    assert is_answered == "True"
    given, printed = urlsplit(opened), urlsplit(done.out.strip())
    assert (given.netloc, given.path) == (printed.netloc, printed.path)
    assert given.fragment.startswith("t=")
    assert given.fragment != printed.fragment


def test_the_sandbox_starts_with_its_console_beside_it(
    sandbox: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Server, "serve", lambda server, idle: server.stop())
    done = sandbox("sandbox", "start", "--console")
    first, second = done.out.splitlines()
    assert first.startswith("The sandbox answers at http://127.0.0.1:")
    assert urlsplit(second).fragment.startswith("t=")
    assert "Ctrl-C ends the console" in done.err
    found = json.loads(sandbox("sandbox", "start", "--console", "--output", "json").out)
    assert found["url"] in first
    assert urlsplit(found["console"]).hostname == "127.0.0.1"


def test_a_port_that_is_taken_ends_it(sandbox: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = sandbox("console", "--no-open", "--port", port)
    assert done.code == 2
    assert f"port {port} cannot be used" in done.err
    assert "leave --port out" in done.err
