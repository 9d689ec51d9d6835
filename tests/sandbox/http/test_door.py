"""The door: which requests the sandbox answers at all, rule by rule and over HTTP."""

from __future__ import annotations

import http.client
import json
import logging
import sys
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from ecscli.sandbox.http import door
from ecscli.sandbox.http.door import Door, Visit
from ecscli.sandbox.http.server import LineFormatter
from ecscli.sandbox.moto import app as moto_app
from tests.sandbox.conftest import Sandbox

ROOT = Path(__file__).parents[3]
PORT = 4580
OURS = Door.of_this_machine(PORT)
CONTAINERS = Door.of_containers(IPv4Network("172.20.0.0/16"), IPv4Address("172.20.0.1"), PORT)
JSON = {"content-type": "application/json"}
HOST = {"host": f"127.0.0.1:{PORT}"}


def status(
    at: Door,
    headers: Mapping[str, str],
    method: str = "GET",
    path: str = "/",
    source: str = "127.0.0.1",
) -> int:
    """The status with which the door refuses a request, 0 when it lets it in."""
    refused = at.refusal(Visit(method, path, source, headers))
    return refused.status if refused else 0


# ---------------------------------------------------------------------------------------------- the


@pytest.mark.parametrize(
    ("host", "refused"),
    [
        ("127.0.0.1:4580", 0),
        ("localhost:4580", 0),
        ("LocalHost:4580", 0),
        ("[::1]:4580", 0),
        ("127.0.0.1", 403),
        ("127.0.0.1:80", 403),
        ("127.0.0.1:4580,evil.example", 403),
        ("127.0.0.1:4580@evil.example", 403),
        ("localhost.:4580", 403),
        ("evil.example:4580", 403),
        ("localhost.evil.example:4580", 403),
        ("0.0.0.0:4580", 403),
        ("", 403),
    ],
)
@pytest.mark.parametrize("path", ["/", "/_sandbox/status", "/bucket/key"])
def test_the_host_is_this_machine_with_our_port(host: str, refused: int, path: str) -> None:
    assert status(OURS, {"host": host}, path=path) == refused


def test_a_request_without_host_is_refused() -> None:
    assert status(OURS, {}) == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", f"http://127.0.0.1:{PORT}"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "PUT"])
def test_a_request_with_an_origin_is_refused(origin: str, method: str) -> None:
    assert status(OURS, {**HOST, "origin": origin}, method) == 403


@pytest.mark.parametrize(
    ("site", "refused"),
    [
        ("none", 0),
        ("same-origin", 0),
        ("cross-site", 403),
        ("same-site", 403),
        ("", 403),
        ("none,cross-site", 403),
    ],
)
def test_a_request_on_behalf_of_another_site_is_refused(site: str, refused: int) -> None:
    assert status(OURS, {**HOST, "sec-fetch-site": site}) == refused


@pytest.mark.parametrize(
    ("kind", "refused"),
    [
        ("application/json", 0),
        ("Application/JSON; charset=utf-8", 0),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("text/plain; application/json", 415),
        ("", 415),
    ],
)
@pytest.mark.parametrize("path", ["/_sandbox/reset", "/_sandbox/", "/_sandbox"])
def test_a_control_call_has_a_body_of_json(kind: str, refused: int, path: str) -> None:
    assert status(OURS, {**HOST, "content-type": kind}, "POST", path) == refused


def test_the_content_type_of_other_calls_is_their_own_affair() -> None:
    assert status(OURS, {**HOST, "content-type": "application/x-www-form-urlencoded"}, "POST") == 0
    assert status(OURS, HOST, "GET", "/_sandbox/status") == 0


@pytest.mark.parametrize(
    ("length", "refused"), [("0", 0), ("17", 0), ("", 0), ("-1", 400), ("1x", 400), ("²", 400)]
)
def test_a_length_is_a_number(length: str, refused: int) -> None:
    assert status(OURS, {**HOST, "content-length": length}, "POST") == refused


@pytest.mark.parametrize(
    ("source", "refused"),
    [
        ("172.20.0.2", 0),
        ("172.20.255.254", 0),
        ("172.20.0.1", 403),
        ("172.21.0.2", 403),
        ("127.0.0.1", 403),
    ],
)
def test_the_containers_address_answers_containers_alone(source: str, refused: int) -> None:
    assert status(CONTAINERS, {"host": f"172.20.0.1:{PORT}"}, "POST", "/", source) == refused


def test_containers_have_no_control_calls_and_the_same_rules_else() -> None:
    host = {"host": f"172.20.0.1:{PORT}"}
    for path in ("/_sandbox/status", "/_sandbox", "/_sandbox/instances/i-1/v1/tasks"):
        assert status(CONTAINERS, host, "GET", path, "172.20.0.2") == 403
    assert status(CONTAINERS, {**host, **JSON}, "POST", "/_sandbox/reset", "172.20.0.2") == 403
    assert status(CONTAINERS, HOST, source="172.20.0.2") == 403
    assert status(CONTAINERS, {**host, "origin": "null"}, source="172.20.0.2") == 403


def test_every_refusal_is_one_sentence() -> None:
    for _, refused in door.RULES:
        assert refused.sentence.endswith(".")
        assert ". " not in refused.sentence


# --------------------------------------------------------------------------------------------- over


class Answer:
    """One raw request to the sandbox with exactly these headers, and what came back."""

    def __init__(
        self,
        sandbox: Sandbox,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
    ) -> None:
        url = urlsplit(sandbox.url)
        self.connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=30)
        self.connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {
            "Host": url.netloc,
            "Content-Length": str(len(body)),
            **headers,
        }.items():
            if value != MISSING:
                self.connection.putheader(name, value)
        self.connection.endheaders(body)
        response = self.connection.getresponse()
        self.status, self.headers, self.text = (
            response.status,
            response.headers,
            response.read().decode(),
        )
        self.connection.close()


MISSING = "(missing)"
SIGNED = "AWS4-HMAC-SHA256 Credential=a/20300101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
LIST_CLUSTERS = {
    "Authorization": SIGNED.format(service="ecs"),
    "X-Amz-Target": "AmazonEC2ContainerServiceV20141113.ListClusters",
    "Content-Type": "application/x-amz-json-1.1",
}
#: A call of each kind: control, our own services, moto's in XML, a bucket's address, and nothing of
#: AWS.
CALLS = [
    ("POST", "/_sandbox/reset", {"Content-Type": "application/json"}, b"{}"),
    ("POST", "/", LIST_CLUSTERS, b"{}"),
    (
        "POST",
        "/",
        {
            "Authorization": SIGNED.format(service="ec2"),
            "Content-Type": "application/x-www-form-urlencoded",
        },
        b"Action=DescribeVpcs&Version=2016-11-15",
    ),
    ("GET", "/", {"Authorization": SIGNED.format(service="s3")}, b""),
    ("OPTIONS", "/", {}, b""),
]
REFUSED = [
    {"Host": "evil.example"},
    {"Host": MISSING},
    {"Origin": "http://evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("call", CALLS, ids=["control", "ecs", "ec2", "s3", "preflight"])
@pytest.mark.parametrize("foreign", REFUSED, ids=["host", "no host", "origin", "site"])
def test_the_door_is_in_front_of_every_path(
    sandbox: Sandbox, call: tuple[str, str, dict[str, str], bytes], foreign: dict[str, str]
) -> None:
    sandbox.cluster(0)
    method, path, headers, body = call
    assert Answer(sandbox, method, path, headers, body).status == 200
    if path == "/_sandbox/reset":
        sandbox.cluster(0)
    refused = Answer(sandbox, method, path, {**headers, **foreign}, body)
    assert refused.status == 403
    assert "must be" in refused.text or "Web pages" in refused.text
    assert sandbox.client("ecs").list_clusters()["clusterArns"], "it was not reset"


def test_a_client_reads_the_refusal_as_an_error_of_aws(sandbox: Sandbox) -> None:
    for service, call in (
        ("ecs", "list_clusters"),
        ("ec2", "describe_vpcs"),
        ("s3", "list_buckets"),
    ):
        client = sandbox.client(service)
        client.meta.events.register_first("before-send.*", add_origin)
        try:
            with pytest.raises(ClientError, match="Web pages cannot use the sandbox") as caught:
                getattr(client, call)()
            assert caught.value.response["Error"]["Code"] == "AccessDenied"
        finally:
            client.meta.events.unregister("before-send.*", add_origin)


def add_origin(request: object, **_: object) -> None:
    request.headers["Origin"] = "http://evil.example"  # type: ignore[attr-defined]


def test_no_answer_invites_pages_of_other_origins(sandbox: Sandbox) -> None:
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket="open")
    rules = [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}]
    s3.put_bucket_cors(Bucket="open", CORSConfiguration={"CORSRules": rules})
    s3.put_object(Bucket="open", Key="page", Body=b"x")
    calls = [*CALLS, ("GET", "/open/page", {"Authorization": SIGNED.format(service="s3")}, b"")]
    for foreign in ({}, {"Origin": "http://evil.example"}):
        for method, path, headers, body in calls:
            answered = Answer(sandbox, method, path, {**headers, **foreign}, body)
            assert [
                name for name in answered.headers if name.lower().startswith("access-control-")
            ] == [], path


def test_headers_of_cors_are_taken_off_whatever_their_case() -> None:
    given = [("Access-Control-Allow-Origin", "*"), ("access-control-max-age", "1"), ("ETag", "x")]
    assert door.without_cors(given) == [("ETag", "x")]


def test_a_large_body_that_is_refused_still_gets_its_answer(sandbox: Sandbox) -> None:
    body = b"x" * 60000
    assert (
        Answer(sandbox, "POST", "/_sandbox/reset", {"Content-Type": "text/plain"}, body).status
        == 415
    )


@pytest.mark.parametrize("body", [b"[]", b"1", b"{", b'"x"'])
def test_a_control_call_takes_an_object(sandbox: Sandbox, body: bytes) -> None:
    answered = Answer(
        sandbox, "POST", "/_sandbox/advance", {"Content-Type": "application/json"}, body
    )
    assert answered.status == 400
    assert json.loads(answered.text)["error"]


# ------------------------------------------------------------------------------------- services of


@pytest.mark.parametrize(
    ("service", "call", "request_"),
    [
        ("batch", "describe_job_queues", {}),
        ("lambda", "list_functions", {}),
        ("sns", "list_topics", {}),
        ("sqs", "list_queues", {}),
        ("cloudfront", "list_distributions", {}),
        ("ssm-contacts", "list_contacts", {}),
    ],
)
def test_services_that_nobody_needs_here_are_not_served(
    sandbox: Sandbox, service: str, call: str, request_: dict[str, str]
) -> None:
    with pytest.raises(ClientError, match="not served") as caught:
        getattr(sandbox.client(service), call)(**request_)
    assert caught.value.response["Error"]["Code"] == "NotServed"


@pytest.mark.parametrize(
    "path", ["/moto-api/", "/moto-api/data.json", "/latest/meta-data/iam/", "/favicon.ico"]
)
def test_moto_itself_cannot_be_controlled(sandbox: Sandbox, path: str) -> None:
    answered = Answer(sandbox, "GET", path, {})
    assert answered.status == 501
    assert "not served" in json.loads(answered.text)["error"]


def test_no_page_and_no_container_resets_the_sandbox_as_moto_is_reset(sandbox: Sandbox) -> None:
    sandbox.client("ec2").create_key_pair(KeyName="kept")
    page = {"Origin": "http://evil.example"}
    assert Answer(sandbox, "POST", "/moto-api/reset", page).status == 403
    assert "kept" in {
        one["KeyName"] for one in sandbox.client("ec2").describe_key_pairs()["KeyPairs"]
    }
    inside = {"host": f"172.20.0.1:{PORT}"}
    assert status(CONTAINERS, inside, "POST", "/moto-api/reset", "172.20.0.5") == 403


def test_an_address_alone_is_no_call(sandbox: Sandbox) -> None:
    """moto looks for a service in the path as well: an image on a page must not so make a call."""
    before = len(sandbox.client("ec2").describe_vpcs()["Vpcs"])
    Answer(sandbox, "GET", "/ec2_us-east-1/?Action=CreateDefaultVpc&Version=2016-11-15", {})
    Answer(
        sandbox,
        "GET",
        "/ec2_us-east-1/?Action=CreateVpc&CidrBlock=10.9.0.0/16&Version=2016-11-15",
        {},
    )
    assert len(sandbox.client("ec2").describe_vpcs()["Vpcs"]) == before


def test_the_services_that_are_served_exist() -> None:
    from moto.backends import list_of_moto_modules

    assert set(list_of_moto_modules()) >= moto_app.SERVED.keys()
    assert (
        not {"batch", "awslambda", "sns", "sagemaker", "moto_api", "instance_metadata"}
        & moto_app.SERVED.keys()
    )


def test_the_documentation_lists_the_services_that_are_served() -> None:
    text = " ".join((ROOT / "docs" / "sandbox.md").read_text().split())
    listed = text.partition("answers for ")[2].partition(". Other services")[0]
    named = {part.strip() for part in listed.replace(" and ", ", ").removesuffix(",").split(",")}
    assert {one.removeprefix("the ") for one in named} == set(moto_app.SERVED.values())


def test_batch_and_lambda_start_no_container_even_where_an_engine_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import docker
    from moto.awslambda.models import LambdaFunction
    from moto.batch.models import Job
    from moto.utilities.docker_utilities import DockerModel

    from ecscli.sandbox.moto import repairs

    found: list[object] = []
    monkeypatch.setattr(docker, "from_env", lambda *_, **__: found.append("an engine"))
    repairs.apply()
    for model in (DockerModel, LambdaFunction, Job):
        part = model.__new__(model)
        DockerModel.__init__(part)
        with pytest.raises(RuntimeError, match="starts no containers"):
            _ = part.docker_client
        with pytest.raises(RuntimeError, match="starts no containers"):
            part.ensure_image_exists("busybox")
    assert found == []


def test_a_request_forges_no_line_of_the_log() -> None:
    forged = "2026-01-01 INFO forged\x1b[2J"
    try:
        raise ValueError(f"x\n{forged}")
    except ValueError:
        failure = sys.exc_info()
    record = logging.LogRecord("a", logging.ERROR, "a.py", 1, "%s", (f"x\r\n{forged}",), failure)
    first, *rest = LineFormatter("%(levelname)s %(message)s").format(record).splitlines()
    assert first == "ERROR x\\r\\n2026-01-01 INFO forged\\x1b[2J"
    assert all(line.startswith("    ") and line.isprintable() for line in rest)
