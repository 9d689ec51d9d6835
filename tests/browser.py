"""A headless Chromium that tests drive: the DevTools protocol over two pipes, without a driver."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

BROWSER = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
NO_BROWSER = "no browser is installed (Debian: chromium)"
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
LIMIT = 60.0


class Browser:
    """One window."""

    def __init__(self, directory: Path) -> None:
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()
        command = [str(BROWSER), *QUIET, "--remote-debugging-pipe", f"--user-data-dir={directory}"]

        def pipes() -> None:  # Chromium reads from 3 and writes to 4
            read, write = os.dup(to_read), os.dup(to_write)
            os.dup2(read, 3)
            os.dup2(write, 4)

        self._process = subprocess.Popen(
            command,
            preexec_fn=pipes,  # noqa: PLW1509 - no threads of ours hold locks here
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self._buffer, self._number, self._session = b"", 0, ""
        self.said: list[str] = []  # errors and warnings of the page
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: object) -> Any:
        """A call of the protocol, and its result."""
        self._number += 1
        message: dict[str, object] = {
            "id": self._number,
            "method": method,
            "params": parameters,
        }
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        for answer in self._messages():
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]
        raise AssertionError("the browser has ended")

    def _messages(self) -> Iterator[dict[str, Any]]:
        limit = time.monotonic() + LIMIT
        while True:
            while b"\0" in self._buffer:
                text, _, self._buffer = self._buffer.partition(b"\0")
                message = json.loads(text)
                self._note(message)
                yield message
            assert select.select([self._from], [], [], limit - time.monotonic())[0], "no answer"
            part = os.read(self._from, 1 << 20)
            if not part:
                return
            self._buffer += part

    def _note(self, message: dict[str, Any]) -> None:
        kind, more = message.get("method"), message.get("params", {})
        if kind == "Runtime.exceptionThrown":
            self.said.append(json.dumps(more["exceptionDetails"]))
        elif kind == "Log.entryAdded":
            self.said.append(more["entry"]["text"])

    def run(self, script: str) -> Any:
        """The value of a script on the page."""
        done = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def open(self, url: str) -> None:
        self.call("Page.navigate", url=url)

    def go(self, path: str) -> None:
        """Another screen of the console that is open, as its links lead there."""
        self.run(
            f"history.pushState(null, '', {json.dumps(path)});"
            " dispatchEvent(new PopStateEvent('popstate'))"
        )

    def size(self, width: int, height: int, *, dark: bool = False) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    @property
    def text(self) -> str:
        """What somebody reads on the page."""
        return str(self.run("document.body ? document.body.innerText : ''"))

    def wait_for(self, words: str, seconds: float = LIMIT) -> None:
        """Until these words are on the page."""
        limit = time.monotonic() + seconds
        while words not in (text := self.text):
            assert time.monotonic() < limit, f"no {words!r} on:\n{text[-3000:]}\n{self.said[:3]}"
            time.sleep(0.05)

    def click(self, words: str) -> None:
        """Click the link or button with these words."""
        found = self.run(
            "(() => { const one = [...document.querySelectorAll('a, button')]"
            f".find(one => one.innerText.trim().startsWith({json.dumps(words)}));"
            " one?.click(); return !!one; })()"
        )
        assert found, f"nothing to click with {words!r} on:\n{self.text}"

    def picture(self, file: Path) -> None:
        """A screenshot of the window."""
        file.write_bytes(b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def close(self) -> None:
        self._session = ""
        with suppress(AssertionError, OSError):
            self.call("Browser.close")
        self._process.wait(LIMIT)
        for pipe in (self._to, self._from):
            os.close(pipe)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """A window of a browser without history."""
    found = Browser(tmp_path / "profile")
    yield found
    found.close()
