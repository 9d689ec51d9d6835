"""Web pages of other origins in a real browser: whatever they send is refused, and the sandbox
stays as it is."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sandbox.conftest import Sandbox

BROWSER = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
#: Nothing leaves this machine: every name but these leads nowhere.
NAMES = "MAP evil.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
LIMIT = 90

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no browser is installed (Debian: chromium)"),
]

#: What a page can try: requests of scripts, simple and with a preflight, pictures, and forms.
PAGE = """
<img src="/until-told">
<iframe name="reset"></iframe><iframe name="query"></iframe>
<form method="post" enctype="text/plain" target="reset" action="SANDBOX/_sandbox/reset"><input name="a"></form>
<form method="post" target="query" action="SANDBOX/">
  <input name="Action" value="DeleteKeyPair"><input name="KeyName" value="demo">
  <input name="Version" value="2016-11-15">
</form>
<img src="SANDBOX/ec2_us-east-1/?Action=DeleteKeyPair&amp;KeyName=demo&amp;Version=2016-11-15">
<script>
const json = {"Content-Type": "application/json"};
const aws = {"Content-Type": "application/x-amz-json-1.1", "Authorization": "SIGNED",
             "X-Amz-Target": "AmazonEC2ContainerServiceV20141113.DeleteCluster"};
const tries = {
  "reset simple": ["/_sandbox/reset", {method: "POST", mode: "no-cors", body: "{}"}],
  "reset json": ["/_sandbox/reset", {method: "POST", headers: json, body: "{}"}],
  "reset beacon": null,
  "status": ["/_sandbox/status", {}],
  "status no-cors": ["/_sandbox/status", {mode: "no-cors"}],
  "aws": ["/", {method: "POST", headers: aws, body: '{"cluster": "demo"}'}],
  "aws simple": ["/", {method: "POST", mode: "no-cors", body: '{"cluster": "demo"}'}],
};
async function attempt(name) {
  if (name === "reset beacon") return navigator.sendBeacon("SANDBOX/_sandbox/reset", "{}");
  const [path, options] = tries[name];
  try {
    const answer = await fetch("SANDBOX" + path, options);
    return answer.type + ": " + await answer.text();
  } catch (error) {
    return "failed";
  }
}
function sent(form) {
  return new Promise(done => {
    document.querySelector(`iframe[name=${form.target}]`).onload = done;
    form.submit();
  });
}
(async () => {
  const told = {};
  for (const name in tries) told[name] = await attempt(name);
  for (const form of document.forms) await sent(form);
  await fetch("/told", {method: "POST", body: JSON.stringify(told)});
})();
</script>
"""
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=a/20300101/us-east-1/ecs/aws4_request, SignedHeaders=host,"
    " Signature=0"
)


class Visit:
    """One page load in a browser of its own: the document at its end, and the answers of the
    sandbox to it."""

    def __init__(self, url: str, sandbox: str, directory: Path) -> None:
        log = directory / "net.json"
        own = [
            f"--user-data-dir={directory / 'profile'}",
            f"--log-net-log={log}",
            f"--host-resolver-rules={NAMES}",
        ]
        command = [str(BROWSER), *QUIET, *own, "--dump-dom", url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
        assert done.returncode == 0, done.stderr[-1000:]
        self.document = done.stdout
        self.answers = list(answers(json.loads(log.read_text()), urlsplit(sandbox).port))


def answers(log: dict[str, Any], port: int | None) -> Iterator[tuple[str, str, int]]:
    """Method, path and status of each answer from that port, of the browser's own record."""
    kinds = {number: name for name, number in log["constants"]["logEventTypes"].items()}
    asked: dict[int, tuple[str, str]] = {}
    for event in log["events"]:
        kind, source, more = kinds[event["type"]], event["source"]["id"], event.get("params", {})
        if kind == "URL_REQUEST_START_JOB" and "url" in more and urlsplit(more["url"]).port == port:
            asked[source] = more["method"], urlsplit(more["url"]).path
        elif kind == "HTTP_TRANSACTION_READ_RESPONSE_HEADERS" and source in asked:
            yield (*asked[source], int(more["headers"][0].split()[1]))


class Elsewhere(ThreadingHTTPServer):
    """Another server on this machine, which serves the page and is told by it what it found out."""

    def __init__(self, page: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.page, self.told, self.done = page.encode(), {}, threading.Event()


class Handler(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        if self.path == "/until-told":  # the page counts as loaded when all of it has happened
            self.server.done.wait(LIMIT)
        self.answer(self.server.page if self.path == "/" else b"")

    def do_POST(self) -> None:
        self.server.told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(b"")
        self.server.done.set()

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def elsewhere(sandbox: Sandbox) -> Iterator[Elsewhere]:
    with Elsewhere(PAGE.replace("SANDBOX", sandbox.url).replace("SIGNED", SIGNED)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.done.set()
        server.shutdown()
        thread.join()


def untouched(sandbox: Sandbox) -> bool:
    clusters = sandbox.client("ecs").list_clusters()["clusterArns"]
    keys = [one["KeyName"] for one in sandbox.client("ec2").describe_key_pairs()["KeyPairs"]]
    return len(clusters) == 1 and "demo" in keys


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "evil.example"])
def test_a_page_of_another_origin_changes_and_learns_nothing(
    sandbox: Sandbox, elsewhere: Elsewhere, tmp_path: Path, name: str
) -> None:
    sandbox.cluster(0)
    visit = Visit(f"http://{name}:{elsewhere.server_address[1]}/", sandbox.url, tmp_path)
    assert untouched(sandbox)
    told = elsewhere.told
    assert {told[one] for one in ("reset json", "status", "aws")} == {"failed"}
    assert {told[one] for one in ("reset simple", "status no-cors", "aws simple")} <= {
        "failed",
        "opaque: ",
    }
    asked = {(method, path) for method, path, _ in visit.answers}
    assert {
        ("POST", "/_sandbox/reset"),
        ("GET", "/_sandbox/status"),
        ("POST", "/"),
        ("OPTIONS", "/"),
        ("OPTIONS", "/_sandbox/reset"),
        ("GET", "/ec2_us-east-1/"),
    } <= asked
    assert {status for _, _, status in visit.answers} == {403}, visit.answers


@pytest.mark.parametrize(
    "path", ["/_sandbox/status", "/", "/ec2_us-east-1/?Action=DescribeVpcs&Version=2016-11-15"]
)
def test_a_name_that_was_rebound_to_this_machine_leads_to_nothing(
    sandbox: Sandbox, tmp_path: Path, path: str
) -> None:
    """For the browser the page and the sandbox are one origin then: only the Host header gives it
    away."""
    sandbox.cluster(0)
    port = urlsplit(sandbox.url).port
    visit = Visit(f"http://evil.example:{port}{path}", sandbox.url, tmp_path)
    assert {status for _, _, status in visit.answers} == {403}
    assert "no other name leads here" in visit.document
    assert "cluster" not in visit.document


def test_whoever_types_the_address_gets_the_status(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.cluster(0)
    visit = Visit(f"{sandbox.url}/_sandbox/status", sandbox.url, tmp_path)
    assert ("GET", "/_sandbox/status", 200) in visit.answers
    assert "demo" in visit.document
