"""Requests that AWS refuses before any service looks at them, and control calls that make no sense:
each gets an error of the right code or one sentence, and the sandbox goes on."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import pytest

from tests.sandbox.conftest import Sandbox, refused

ECS = "AmazonEC2ContainerServiceV20141113."
JSON = {"Content-Type": "application/x-amz-json-1.1"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def send(
    sandbox: Sandbox, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, str]:
    """The status and the text of the answer to one raw request."""
    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=30)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, names)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def call(sandbox: Sandbox, service: str, body: bytes, **headers: str) -> tuple[int, str]:
    scope = f"AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/{service}/aws4_request, Signature=x"
    return send(sandbox, "POST", "/", body, Authorization=scope, **headers)


def assert_it_goes_on(sandbox: Sandbox) -> None:
    assert sandbox.client("ecs").list_clusters()["clusterArns"] == []


@pytest.mark.parametrize("body", [b"{nope", b"[1]", b'"text"', b"\xff\xfe", b"[" * 100_000])
@pytest.mark.parametrize(
    ("service", "target"),
    [
        ("ecs", ECS + "ListClusters"),
        ("logs", "Logs_20140328.DescribeLogGroups"),
        ("ssm", "AmazonSSM.GetParameter"),
        ("servicediscovery", "Route53AutoNaming_v20170314.ListServices"),
        ("monitoring", "GraniteServiceVersion20100801.DescribeAlarms"),
    ],
)
def test_a_body_that_is_no_json_object(
    sandbox: Sandbox, service: str, target: str, body: bytes
) -> None:
    status, text = call(sandbox, service, body, X_Amz_Target=target, **JSON)
    assert (status, json.loads(text)["__type"]) == (400, "SerializationException")
    assert_it_goes_on(sandbox)


@pytest.mark.parametrize("service", ["ecs", "ecr", "logs", "secretsmanager", "tagging", "dynamodb"])
@pytest.mark.parametrize("target", [{"X_Amz_Target": "Any.Nope"}, {}])
def test_an_operation_that_a_json_service_does_not_have(
    sandbox: Sandbox, service: str, target: dict[str, str]
) -> None:
    status, text = call(sandbox, service, b"{}", **target, **JSON)
    assert (status, json.loads(text)["__type"]) == (400, "UnknownOperationException")
    assert_it_goes_on(sandbox)


@pytest.mark.parametrize(
    "service", ["ec2", "iam", "autoscaling", "cloudformation", "elasticloadbalancing", "sts"]
)
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"Action=Nope&Version=2016-11-15", 400, "InvalidAction"),
        (b"", 400, "MissingAction"),
        (b"\xff\xfe", 400, "MissingAction"),
    ],
)
def test_an_action_that_a_query_service_does_not_have(
    sandbox: Sandbox, service: str, body: bytes, status: int, code: str
) -> None:
    found, text = call(sandbox, service, body, **FORM)
    assert found == status
    assert f"<Code>{code}</Code>" in text
    assert_it_goes_on(sandbox)


def test_a_form_that_is_not_utf_8(sandbox: Sandbox) -> None:
    body = b"Action=DescribeStacks&Version=2010-05-15&NextToken=%ff"
    status, text = call(sandbox, "cloudformation", body, **FORM)
    assert status == 404
    assert "<Code>MalformedQueryString</Code>" in text


@pytest.mark.parametrize("service", ["elasticfilesystem", "scheduler", "route53"])
def test_a_path_that_a_rest_service_does_not_have(sandbox: Sandbox, service: str) -> None:
    scope = f"AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/{service}/aws4_request, Signature=x"
    status, text = send(sandbox, "GET", "/2020-01-01/nope", Authorization=scope)
    assert status == 404
    assert "UnknownOperationException" in text


def test_an_operation_of_aws_that_nobody_has_built_here(sandbox: Sandbox) -> None:
    code, message = refused(sandbox.client("events").list_endpoints)
    assert (code, message) == ("NotServed", "not served: events ListEndpoints")
    code, _ = refused(
        sandbox.client("ecs").create_task_set, cluster="c", service="s", taskDefinition="t"
    )
    assert code == "UnsupportedFeatureException"


@pytest.mark.parametrize("service", ["ecs", "ec2", "cloudformation", "s3", "ecr"])
def test_a_region_that_does_not_exist(sandbox: Sandbox, service: str) -> None:
    calls = {
        "ecs": "list_clusters",
        "ec2": "describe_vpcs",
        "cloudformation": "list_stacks",
        "s3": "list_buckets",
        "ecr": "describe_repositories",
    }
    client = sandbox.client(service, "us-east-9")
    assert refused(getattr(client, calls[service])) == (
        "UnknownRegion",
        "AWS has no region named us-east-9.",
    )


def test_a_body_in_chunks_is_read(sandbox: Sandbox) -> None:
    def chunks() -> list[bytes]:
        return [b'{"cluster', b'Name": "demo"}']

    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=30)
    headers = {**JSON, "X-Amz-Target": ECS + "CreateCluster"}
    connection.request("POST", "/", iter(chunks()), headers, encode_chunked=True)
    assert json.loads(connection.getresponse().read())["cluster"]["clusterName"] == "demo"
    connection.close()


# ------------------------------------------------------------------------------- the control calls


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("advance", {"seconds": "soon"}, "seconds must be a number from 0 to 86400"),
        ("advance", {"seconds": []}, "seconds must be a number from 0 to 86400"),
        ("advance", {"seconds": -1}, "seconds must be a number from 0 to 86400"),
        ("advance", {"seconds": float("nan")}, "seconds must be a number from 0 to 86400"),
        ("advance", {"seconds": float("inf")}, "seconds must be a number from 0 to 86400"),
        ("advance", {"seconds": 10**9}, "seconds must be a number from 0 to 86400"),
        ("pace", {"pace": -1}, "pace must be a number from 0 to 1000"),
        ("pace", {"pace": None}, "pace must be a number from 0 to 1000"),
        ("faults", {"latency": -1}, "latency must be a number from 0 to 600"),
        ("faults", {"kind": "nosuch"}, "kind must be one of throttle, deny, unavailable, fail"),
        ("images", {"image": []}, "image must be a text"),
        ("tasks/kill", {"task": 5}, "task must be a text"),
        ("tasks/kill", {}, "the body needs the member 'task'"),
        ("instances/kill", {"instance": "i-1"}, "no container instance on i-1"),
    ],
)
def test_a_control_call_that_makes_no_sense(
    sandbox: Sandbox, path: str, body: dict[str, object], sentence: str
) -> None:
    kind = {"Content_Type": "application/json"}
    status, text = send(sandbox, "POST", f"/_sandbox/{path}", json.dumps(body).encode(), **kind)
    assert (status, json.loads(text)) == (400, {"error": sentence})
    assert_it_goes_on(sandbox)


@pytest.mark.parametrize("body", [b"{nope", b"[" * 100_000, b"\xff"])
def test_a_control_call_without_json(sandbox: Sandbox, body: bytes) -> None:
    kind = {"Content_Type": "application/json"}
    status, text = send(sandbox, "POST", "/_sandbox/pace", body, **kind)
    assert (status, json.loads(text)) == (400, {"error": "the body is not valid JSON"})


# ----------------------------------------------------------------- what other clients may type


def test_motos_reset_forgets_everything(sandbox: Sandbox) -> None:
    sandbox.cluster(1)
    sandbox.client("cloudformation").create_stack(
        StackName="app", TemplateBody='{"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}'
    )
    sandbox.control("faults", action="ecs:*", kind="throttle", times=9)
    assert send(sandbox, "POST", "/moto-api/reset") == (200, '{"status": "ok"}')
    assert_it_goes_on(sandbox)
    assert sandbox.client("cloudformation").describe_stacks()["Stacks"] == []
    assert sandbox.client("ec2").describe_instances()["Reservations"] == []
    assert sandbox.read("_sandbox/status")["faults"] == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/moto-api/"), ("GET", "/moto-api/data.json"), ("POST", "/moto-api/config")],
)
def test_motos_other_control_calls_are_refused_with_a_sentence(
    sandbox: Sandbox, method: str, path: str
) -> None:
    status, text = send(sandbox, method, path)
    assert status == 501
    assert "POST /moto-api/reset forgets everything" in json.loads(text)["error"]


def test_a_browser_gets_a_page_and_other_programs_a_sentence(sandbox: Sandbox) -> None:
    status, page = send(sandbox, "GET", "/", Accept="text/html,application/xhtml+xml")
    assert (status, page.split("\n")[0]) == (200, "<!doctype html>")
    assert f"AWS_ENDPOINT_URL={sandbox.url}" in page
    status, sentence = send(sandbox, "GET", "/")
    assert status == 200
    assert sentence.startswith("This is the sandbox of ecscli")
    assert f"AWS_ENDPOINT_URL={sandbox.url}" in sentence


def test_a_signed_get_of_the_address_lists_buckets(sandbox: Sandbox) -> None:
    sandbox.client("s3").create_bucket(Bucket="mine")
    assert [one["Name"] for one in sandbox.client("s3").list_buckets()["Buckets"]] == ["mine"]
