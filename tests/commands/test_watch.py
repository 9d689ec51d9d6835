"""`watch` and `compose watch`: one picture, a stream of changes, the live picture and its keys."""

import fcntl
import gc
import json
import os
import pty
import re
import select
import struct
import sys
import termios
import time

import pytest

from ecscli.workflows.watch import Watching
from tests.conftest import Cli
from tests.copies import Copies

COMPOSE = """\
services:
  web: {image: nginx, mem_limit: 64m}
  migrate:
    image: nginx
    mem_limit: 64m
    labels: {ecscli.sandbox.exit-code: "0", ecscli.sandbox.exit-after: "1"}
  api:
    image: nginx
    mem_limit: 64m
    depends_on:
      migrate: {condition: service_completed_successfully}
x-ecs: {layout: services, discovery: none, logs: none}
"""
CRASHING = """\
services:
  web: {image: nginx, mem_limit: 64m, labels: {ecscli.sandbox.exit-code: "1"}}
x-ecs: {layout: services, discovery: none, logs: none}
"""
INSTANCES = "up --capability-iam --size 1 --instance-type t3.medium"
SCREEN = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture
def shop(sandbox: Cli, copies: Copies) -> Cli:
    """A project of two services and a job, that runs."""
    sandbox.environment |= {"AWS_REGION": "us-east-1", "ECS_CLUSTER": "demo"}
    sandbox.write("compose.yml", COMPOSE)

    def make() -> None:
        for command in (INSTANCES, "compose -p shop up"):
            done = sandbox(*command.split())
            assert done.code == 0, done.err

    copies.serve_made("watched shop", make)
    return sandbox


def test_one_picture_of_the_cluster_and_of_the_project(shop: Cli) -> None:
    whole = shop("watch", "--once", COLUMNS="100")
    assert whole.code == 0, whole.err
    assert whole.out.startswith("demo  us-east-1  123456789012 (sandbox)  1 instance  ")
    assert max(map(len, whole.out.splitlines())) <= 100
    assert re.search(r"^shop-web +steady +1/1 ", whole.out, re.M)
    some = shop("compose", "-p", "shop", "watch", "api", "--once")
    assert "shop-api" in some.out
    assert "shop-web" not in some.out
    found = shop("watch", "shop-web", "--once", "--output", "json").json
    assert [one["serviceName"] for one in found["services"]] == ["shop-web"]
    assert {one["lastStatus"] for one in found["tasks"]} == {"RUNNING"}


def test_a_failed_deployment_is_exit_code_5(shop: Cli) -> None:
    shop.write("crashing.yml", CRASHING)
    shop("compose", "-p", "crashing", "-f", "crashing.yml", "up", "--no-wait")
    limit = time.monotonic() + 30
    while (done := shop("watch", "--once")).code == 0:
        assert time.monotonic() < limit, done.out
    assert done.code == 5, done.err
    assert shop("watch", "--once", ECSCLI_EXIT_CODES="classic").code == 1
    assert re.search(r"^crashing-web +failed", done.out, re.M)


def test_bad_input_is_refused(shop: Cli) -> None:
    for words, text in (
        (("watch", "shop-wep"), 'did you mean "shop-web"?'),
        (("watch", "--every", "2"), "has no unit"),
        (("watch", "--every", "1ms"), "is not between 0.5s and 1h"),
        (("watch", "--cluster", "nope"), "no cluster nope"),
        (("compose", "-p", "shop", "watch", "nope"), "nope"),
        (("compose", "-p", "shop", "--layout", "task", "watch", "web"), "layout services"),
    ):
        done = shop(*words, "--once")
        assert done.code == 2, done.err
        assert text in done.err, done.err


def test_without_a_terminal_changes_are_lines(shop: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = 0

    def change(watching: Watching) -> None:
        nonlocal rounds
        rounds += 1
        if rounds > 4:
            raise KeyboardInterrupt
        if rounds == 1:
            watching._aws.call(
                "ecs", "update_service", cluster="demo", service="shop-web", desiredCount=2
            )

    monkeypatch.setattr(Watching, "wait", change)
    gc.disable()  # as the process of a command begins
    done = shop("watch", "--output", "json")
    assert done.code == 0
    assert gc.isenabled()
    documents = [json.loads(line) for line in done.out.splitlines()]
    kinds = [one["kind"] for one in documents]
    assert kinds[:3] == ["cluster", "service", "service"]
    assert "task" in kinds[3:]
    changed = next(one for one in documents[3:] if one["kind"] == "service")
    assert (changed["before"]["desiredCount"], changed["after"]["desiredCount"]) == (1, 2)


def test_on_a_terminal_keys_are_obeyed_and_the_screen_comes_back(shop: Cli) -> None:
    screen = Screen(shop)
    screen.wait_for("q quit")
    screen.press("\x1b[B\r")
    screen.wait_for("why shop-api")
    screen.press("\x1b")
    screen.wait_for("SERVICE")
    screen.press("q")
    assert screen.end() == 0
    assert screen.text.rstrip().endswith("\x1b[?25h") or "\x1b[?1049l" in screen.text


class Screen:
    """A terminal of 80 columns and 24 lines, with `ecscli watch` on it."""

    def __init__(self, user: Cli) -> None:
        self.text, self._from = "", 0
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.chdir(user.directory)
            environment = {**user.environment, "TERM": "xterm"}
            os.execve(sys.executable, [sys.executable, "-m", "ecscli", "watch"], environment)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def wait_for(self, words: str) -> None:
        """Until these words have come since the last key."""
        limit = time.monotonic() + 60
        while words not in SCREEN.sub("", self.text[self._from :]):
            assert time.monotonic() < limit, self.text[-3000:]
            if select.select([self._terminal], [], [], 1)[0]:
                self.text += os.read(self._terminal, 65536).decode(errors="replace")

    def press(self, keys: str) -> None:
        self._from = len(self.text)
        os.write(self._terminal, keys.encode())

    def end(self) -> int:
        """The exit code."""
        try:
            while part := os.read(self._terminal, 65536):
                self.text += part.decode(errors="replace")
        except OSError:  # how Linux says that nobody holds the other end
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
