"""Who is answered by the console: its own page, in a browser that has the token, and nobody else."""

import http.client
import json
import re
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import InputError
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.console.api import Api
from ecscli.console.feed import MOST_STREAMS
from ecscli.console.guard import HEADERS, MARK, ONCE, Guard
from ecscli.console.pages import about
from ecscli.console.routes import READS
from ecscli.console.server import FILES, LARGEST, PAGE, Server
from tests.conftest import private_environment

NOWHERE = Flags(region="us-east-1", sandbox_url="http://127.0.0.1:9")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    found = Server(0, Api(Aws(resolve(NOWHERE, private_environment(tmp_path)))), str)
    found.start()
    yield found
    found.stop()


class Reply(NamedTuple):
    """An answer, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Requests as a browser or somebody else sends them."""

    def __init__(self, server: Server) -> None:
        self.port, self.cookie = server.guard.port, ""
        self.own = f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, method: str = "GET", body: str = "", **headers: str) -> Reply:
        given = {"Host": f"127.0.0.1:{self.port}", "Cookie": self.cookie}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body or None, given)
            answer = connection.getresponse()
            return Reply(answer.status, dict(answer.headers), answer.read())
        finally:
            connection.close()

    def post(self, path: str, body: str, **headers: str) -> Reply:
        return self.ask(path, "POST", body, **{"Origin": self.own, "X_Ecscli": "1", **headers})

    def open(self, server: Server) -> None:
        answer = self.post("/api/session", json.dumps({"token": server.guard.token}))
        assert answer.status == 200
        self.cookie = answer.headers["Set-Cookie"].partition(";")[0]


@pytest.fixture
def client(server: Server) -> Client:
    return Client(server)


@pytest.fixture
def known(client: Client, server: Server) -> Client:
    """A browser with a session."""
    client.open(server)
    return client


def test_the_token_opens_a_session(client: Client, server: Server) -> None:
    assert client.ask("/api/about").status == 401
    for body in ('{"token": "wrong"}', '{"token": null}', "[]", "no json", "{}"):
        assert client.post("/api/session", body).status == 401
    client.open(server)
    answer = client.ask("/api/about")
    assert answer.json == {
        "region": "us-east-1",
        "sandbox": True,
        "actions": False,
        "program": "ecscli --sandbox",
        "flags": "--region us-east-1",
        "aws": "AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox aws"
        " --endpoint-url http://127.0.0.1:9 --region us-east-1",
    }


def test_a_command_names_its_account_and_region(tmp_path: Path) -> None:
    aws = Aws(resolve(NOWHERE, private_environment(tmp_path)))
    found = about(Api(aws, {"ecs-profile": "my team"}), {})
    assert found["flags"] == "--ecs-profile 'my team' --region us-east-1"


def test_polls_are_traced_as_other_calls(tmp_path: Path) -> None:
    aws = Aws(resolve(NOWHERE, private_environment(tmp_path)))
    aws.trace = print
    assert Api(aws).on("demo").trace is print


def test_a_token_for_once_opens_one_session_within_a_minute() -> None:
    now = 0.0
    guard = Guard(8080, lambda: now)
    token, late = guard.token_for_once(), guard.token_for_once()
    assert guard.cookie_for(token)
    assert guard.cookie_for(token) is None
    now = ONCE
    assert guard.cookie_for(late) is None
    assert guard.cookie_for(guard.token) == guard.cookie_for(guard.token)


def test_the_cookie_is_for_this_page_alone(client: Client, server: Server) -> None:
    answer = client.post("/api/session", json.dumps({"token": server.guard.token}))
    cookie = answer.headers["Set-Cookie"]
    assert cookie.endswith("; HttpOnly; SameSite=Strict; Path=/")
    assert server.guard.token not in cookie
    assert str(server.guard.port) in cookie


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1"}, 421),
        ({"Host": "::1"}, 421),
        ({"Host": "127.0.0.1:1"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Cookie": "ecscli-console-1=x"}, 401),
        ({"Cookie": 'broken="'}, 401),
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/api/about", "/api/feed?cluster=demo"])
def test_others_get_no_data(known: Client, headers: dict[str, str], status: int, path: str) -> None:
    answer = known.ask(path, **headers)
    assert answer.status == status
    assert "message" in answer.json["error"]


def test_a_stream_needs_a_page_that_says_where_it_is(known: Client, server: Server) -> None:
    path = "/api/feed?cluster=demo"
    for headers in ({}, {"Sec_Fetch_Site": "none"}):
        assert known.ask(path, **headers).status == 403
    assert known.ask("/api/feed", Sec_Fetch_Site="same-origin").status == 400
    for _ in range(MOST_STREAMS):
        assert server.take_stream()
    answer = known.ask(path, Origin=known.own)
    assert answer.status == 429
    assert "16 windows" in answer.json["error"]["message"]


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_the_other_loopback_address_answers_too(server: Server) -> None:
    with socket.socket(socket.AF_INET6) as one:
        try:
            one.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine has no ::1")
    connection = http.client.HTTPConnection("::1", server.guard.port, timeout=10)
    for host, status in ((f"[::1]:{server.guard.port}", 200), ("[::1]:1", 421)):
        connection.request("GET", "/", headers={"Host": host})
        answer = connection.getresponse()
        assert answer.status == status
        answer.read()
    connection.close()


def test_without_scripts_the_page_names_the_commands(known: Client) -> None:
    text = known.ask("/clusters/demo").body.decode()
    told = text.partition("<noscript>")[2].partition("</noscript>")[0]
    for command in ("ecscli watch", "ecscli ps", "ecscli compose why"):
        assert f"<code>{command}" in told


def test_cookies_of_other_servers_lock_nobody_out(known: Client) -> None:
    cookies = f'x={{"a":1}}; {known.cookie}; y="'
    assert known.ask("/api/about", Cookie=cookies).status == 200


def test_port_80_is_not_named_by_browsers() -> None:
    guard = Guard(80)
    for host in ("127.0.0.1", "localhost:80"):
        headers = {"host": host, "origin": f"http://{host}", MARK: "1"}
        assert guard.refuse("POST", headers) is None
    assert guard.refuse("GET", {"host": "evil.example"})


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"X_Ecscli": "0"}, {"Host": "evil.example"}],
    ids=str,
)
def test_a_form_of_another_page_posts_nothing(
    known: Client, server: Server, headers: dict[str, str]
) -> None:
    answer = known.post("/api/session", json.dumps({"token": server.guard.token}), **headers)
    assert answer.status in (403, 421)


def test_nothing_is_written(known: Client) -> None:
    assert not any(route.writes for route in READS)
    for path in (*(route.path for route in READS), "/api/feed", "/", "/clusters/demo"):
        assert known.post(path, "{}").status == 404
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert known.ask("/api/clusters", method).status == 501


def test_every_answer_has_the_headers(known: Client) -> None:
    files = [f"/page/{name}" for name in FILES]
    for path in ("/", "/clusters/demo/tasks", *files, "/api/about", "/api/nothing"):
        answer = known.ask(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, path
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_only_files_of_the_page_are_served(known: Client) -> None:
    for path in ("/page/../server.py", "/page/%2e%2e/server.py", "/page/", "/page//etc/passwd"):
        assert known.ask(path).status == 404


def test_bad_requests_are_refused(known: Client) -> None:
    assert known.post("/api/session", "x" * (LARGEST + 1)).status == 413
    assert known.ask("/api/why").status == 400
    assert known.ask("/api/nothing").status == 404


def test_a_port_that_is_taken_is_bad_input(server: Server) -> None:
    with pytest.raises(InputError, match="cannot be used"):
        Server(server.guard.port, server.api, str)


def test_it_ends_when_nobody_looks(tmp_path: Path) -> None:
    found = Server(0, Api(Aws(resolve(NOWHERE, private_environment(tmp_path)))), str)
    found.start()
    found.serve(0.1)
    with pytest.raises(OSError, match="refused"):
        Client(found).ask("/")


def test_secrets_in_force_are_hidden(tmp_path: Path) -> None:
    api = Api(Aws(resolve(NOWHERE, private_environment(tmp_path))))
    found = Server(0, api, lambda text: text.replace("us-east-1", "***"))
    stopped = 'pull "https://ci:hunter2@registry.example/app" in us-east-1'
    assert found.encoded(stopped) == b'pull "https://ci:***@registry.example/app" in ***'
    found.start()
    client = Client(found)
    client.open(found)
    assert client.ask("/api/about").json["region"] == "***"
    found.stop()


def test_the_page_names_its_modules_ahead(known: Client) -> None:
    named = re.findall(r"</page/(\w+\.js)>; rel=modulepreload", known.ask("/").headers["Link"])
    assert sorted(named) == sorted(name for name in FILES if name.endswith(".js"))
    assert "Link" not in known.ask("/page/app.js").headers


ACTS = (
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|srcdoc|https?://"
)


def test_the_page_sets_text_as_text_and_loads_nothing_from_elsewhere() -> None:
    files = [PAGE / name for name in (*FILES, "index.html")]
    assert sum(len(file.read_bytes()) for file in files) < 80_000
    for file in files:
        text = file.read_text().replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(ACTS, text), file
        assert not re.search(r" style=| on[a-z]+=", text), file


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, by WCAG 2."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_words_have_contrast_in_light_and_in_dark() -> None:
    text = (PAGE / "style.css").read_text()
    schemes = [dict(re.findall(r"--(\w+): (#\w{6})", part)) for part in text.split("@media")[:2]]
    assert [len(scheme) for scheme in schemes] == [12, 12]
    for scheme in schemes:
        for name in ("ink", "quiet", "link", "bad", "warn", "good", "going", "sandbox"):
            for ground in ("paper", "soft"):
                assert contrast(scheme[name], scheme[ground]) >= 4.5, (name, ground)
