"""The door to AWS: whose credentials, which address, what an error says, and how a wait goes."""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.session import Session

from ecscli.aws.client import SERVICES, STACKS, Aws, batches
from ecscli.aws.errors import missing, transient, translate
from ecscli.aws.regions import partition_of
from ecscli.base.errors import AccessError, AwsError, InputError
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from tests.accounts import Trap
from tests.conftest import Cli, private_environment

Open = Callable[..., Aws]
NO_FLAGS = Flags()
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def aws(home: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens the door with flags, in an environment that holds the given variables and nothing
    else."""

    def open_door(flags: Flags = NO_FLAGS, **variables: str) -> Aws:
        environment = {**private_environment(home), **variables}
        for name in set(os.environ) - set(environment):
            monkeypatch.delenv(name)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return Aws(resolve(flags, environment))

    return open_door


def identity(door: Aws) -> str:
    return str(door.call("sts", "get_caller_identity")["Arn"])


# ------------------------------------------------------------ the sandbox


def test_with_the_sandbox_nothing_goes_anywhere_else(
    aws: Open, home: Path, moto_url: str, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = f"http://127.0.0.1:{trap.port}"
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(
        f"[default]\nendpoint_url = {away}\nregion = eu-west-3\nuse_fips_endpoint ="
        f" true\nretry_mode = bogus\nservices = s\n[services s]\necs =\n  endpoint_url = {away}\n"
    )
    (home / ".aws" / "credentials").write_text(
        "[default]\naws_access_key_id = REAL\naws_secret_access_key = REAL\n"
    )
    # fixed when botocore loads
    monkeypatch.setattr(Loader, "CUSTOMER_DATA_PATH", str(home / ".aws" / "models"))
    rules = home / ".aws" / "models" / "ecs" / "2014-11-13"
    rules.mkdir(parents=True)
    endpoint = {
        "conditions": [],
        "endpoint": {"url": away, "properties": {}, "headers": {}},
        "type": "endpoint",
    }
    (rules / "endpoint-rule-set-1.json").write_text(
        json.dumps({"version": "1.0", "parameters": {}, "rules": [endpoint]})
    )
    (home / ".ecs").mkdir()
    (home / ".ecs" / "config").write_text(
        "default: d\nclusters:\n  d: {cluster: real, region: eu-west-3}\n"
    )
    hostile = {
        "AWS_PROFILE": "gone",
        "AWS_DEFAULT_PROFILE": "gone",
        "ECS_PROFILE": "gone",
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "AWS_SECRET_ACCESS_KEY": "REAL",
        "AWS_SESSION_TOKEN": "REAL",
        "AWS_ROLE_ARN": "arn:aws:iam::999999999999:role/real",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(home / "token"),
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": away,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": away,
        "AWS_EC2_METADATA_DISABLED": "false",
        "AWS_ENDPOINT_URL": away,
        "AWS_ENDPOINT_URL_ECS": away,
        "AWS_ENDPOINT_URL_STS": away,
        "AWS_ENDPOINT_URL_SERVICEDISCOVERY": away,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "AWS_ENDPOINT_DISCOVERY_ENABLED": "true",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "required",
        "AWS_ACCOUNT_ID": "999999999999",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_USE_DUALSTACK_ENDPOINT": "true",
        "AWS_STS_REGIONAL_ENDPOINTS": "legacy",
        "AWS_DEFAULTS_MODE": "auto",
        "AWS_RETRY_MODE": "bogus",
        "AWS_MAX_ATTEMPTS": "0",
        "AWS_CA_BUNDLE": "/nowhere.pem",
        "REQUESTS_CA_BUNDLE": "/nowhere.pem",
        "AWS_DATA_PATH": "/nowhere",
        "AWS_CSM_ENABLED": "true",
        "AWS_CSM_HOST": "127.0.0.1",
        "AWS_CSM_PORT": str(trap.port),
        "AWS_SIGV4A_SIGNING_REGION_SET": "*",
        "HTTP_PROXY": away,
        "http_proxy": away,
        "HTTPS_PROXY": away,
        "https_proxy": away,
        "ALL_PROXY": away,
        "NO_PROXY": "",
    }
    flags = Flags(sandbox_url=moto_url, endpoint=away)
    door = aws(flags, **hostile)
    door.call("ecs", "create_cluster", clusterName="demo")
    assert list(door.pages("ecs", "list_clusters", "clusterArns")) == [
        f"arn:aws:ecs:us-east-1:{door.account()}:cluster/demo"
    ]
    for service, operation in (
        ("ec2", "describe_vpcs"),
        ("cloudformation", "list_stacks"),
        ("ssm", "describe_parameters"),
        ("ecr", "describe_repositories"),
        ("logs", "describe_log_groups"),
        ("iam", "list_roles"),
        ("secretsmanager", "list_secrets"),
        ("kms", "list_keys"),
        ("elbv2", "describe_load_balancers"),
        ("autoscaling", "describe_auto_scaling_groups"),
        ("servicediscovery", "list_namespaces"),
        ("resourcegroupstaggingapi", "get_resources"),
    ):
        door.call(service, operation)
    client = door.client("ecs")
    assert client.meta.endpoint_url == moto_url
    assert client._request_signer._credentials.access_key == "sandbox"
    assert trap.callers == []
    assert trap.datagrams() == []


def test_a_host_prefix_of_the_service_model_does_not_leave_the_sandbox(
    aws: Open, moto_url: str
) -> None:
    # the model of DiscoverInstances says: host name `data-...`
    door = aws(Flags(sandbox_url=moto_url))
    with pytest.raises(AwsError) as caught:
        door.call("servicediscovery", "discover_instances", NamespaceName="n", ServiceName="s")
    assert caught.value.code != "ConnectionError"


def test_a_sandbox_that_does_not_answer_is_told_with_the_remedy(aws: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(AwsError, match="does not answer") as caught:
        aws(Flags(sandbox_url=f"http://127.0.0.1:{port}")).account()
    assert "ecscli sandbox start" in (caught.value.hint or "")


# -------------------------------------------------- credentials and addresses


def test_credentials_by_process_role_and_keys_through_the_sdk(
    aws: Open, home: Path, moto_url: str
) -> None:
    process = """echo '{"Version": 1, "AccessKeyId": "AKPROC", "SecretAccessKey": "S"}'"""
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(
        f"[profile process]\ncredential_process = {home}/keys\nregion = us-east-1\n[profile"
        " role]\nrole_arn = arn:aws:iam::123456789012:role/builder\nsource_profile ="
        " process\nrole_session_name = ecs\nregion = us-east-1\n"
    )
    (home / "keys").write_text(f"#!/bin/sh\n{process}\n")
    (home / "keys").chmod(0o755)
    door = aws(Flags(aws_profile="role"), AWS_ENDPOINT_URL=moto_url)
    assert identity(door).endswith("assumed-role/builder/ecs")
    cached = list((home / ".aws" / "cli" / "cache").glob("*.json"))
    assert len(cached) == 1, "an assumed role is kept, so that an MFA code is asked once"
    key = door.client("sts")._request_signer._credentials.access_key
    again = aws(Flags(aws_profile="role"), AWS_ENDPOINT_URL=moto_url)
    assert again.client("sts")._request_signer._credentials.access_key == key


EXPIRED = {"AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t", "Version": 1}


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        ("notjson", "credential_process of profile process printed no JSON"),
        (
            json.dumps({**EXPIRED, "Expiration": "2020-01-01T00:00:00Z"}),
            "the credentials of profile process cannot be used: .* still expired",
        ),
    ],
)
def test_a_process_that_gives_no_credentials_is_no_access(
    aws: Open, home: Path, printed: str, message: str
) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(
        f"[profile process]\ncredential_process = cat {home}/keys\nregion = us-east-1\n"
    )
    (home / "keys").write_text(printed)
    with pytest.raises(AccessError, match=message):
        aws(Flags(aws_profile="process"), AWS_ENDPOINT_URL="http://127.0.0.1:1").account()


def test_an_empty_name_of_a_profile_is_none(aws: Open, moto_url: str) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "S", "AWS_REGION": "us-east-1"}
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        assert aws(Flags(), AWS_ENDPOINT_URL=moto_url, **{name: ""}, **keys).account()


def test_a_key_with_the_end_of_its_line_is_named(aws: Open) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "S\n", "AWS_REGION": "us-east-1"}
    with pytest.raises(AccessError, match="AWS_SECRET_ACCESS_KEY has a line break"):
        aws(Flags(), AWS_ENDPOINT_URL="http://127.0.0.1:1", **keys).account()


def test_keys_that_the_sdk_fetches_are_hidden_before_they_sign(
    cli: Cli, home: Path, moto_url: str
) -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    keys = {"Version": 1, "AccessKeyId": "AKPROC", "SecretAccessKey": secret}
    (home / "keys").write_text(f"#!/bin/sh\necho '{json.dumps(keys)}'\n")
    (home / "keys").chmod(0o755)
    aws_files = Path(cli.environment["HOME"]) / ".aws"
    aws_files.mkdir(parents=True)
    (aws_files / "config").write_text(
        f"[profile process]\ncredential_process = {home}/keys\nregion = us-east-1\n"
    )
    cli.environment |= {"AWS_PROFILE": "process", "AWS_ENDPOINT_URL": moto_url}
    run = cli("ps", "--cluster", secret)
    assert "there is no cluster ***" in run.err
    assert secret not in run.out + run.err


def test_a_code_is_asked_once_for_many_commands(home: Path, moto_url: str) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(
        "[profile keys]\naws_access_key_id = AK\naws_secret_access_key = S\n[profile admin]\nregion"
        " = us-east-1\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile ="
        " keys\nmfa_serial = arn:aws:iam::123456789012:mfa/me\n"
    )
    environment = {
        **private_environment(home),
        "AWS_ENDPOINT_URL": moto_url,
        "PYTHONPATH": str(ROOT),
    }

    def run(typed: str) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-m",
            "ecscli",
            "images",
            "--aws-profile",
            "admin",
            "--output",
            "json",
        ]
        return subprocess.run(  # a session of its own has no terminal: the code comes from stdin
            command,
            input=typed,
            env=environment,
            cwd=home,
            text=True,
            capture_output=True,
            check=False,
            start_new_session=True,
        )

    without = run("")
    assert without.returncode == 4
    assert without.stderr.startswith("error: the profile asks for an MFA code")
    first = run("123456\n")
    assert first.returncode == 0, first.stderr
    assert "Warning" not in first.stderr
    second = run("")
    assert (second.returncode, second.stderr) == (0, "")


def test_a_web_identity_takes_its_role(aws: Open, home: Path, moto_url: str) -> None:
    (home / "token").write_text("token")
    door = aws(
        Flags(region="us-east-1"),
        AWS_ENDPOINT_URL=moto_url,
        AWS_ROLE_ARN="arn:aws:iam::123456789012:role/ci",
        AWS_ROLE_SESSION_NAME="build",
        AWS_WEB_IDENTITY_TOKEN_FILE=str(home / "token"),
    )
    assert identity(door).endswith("assumed-role/ci/build")


def test_stored_keys_sign_and_the_endpoint_flag_is_for_ecs_alone(
    aws: Open, home: Path, moto_url: str, trap: Trap
) -> None:
    (home / ".ecs").mkdir()
    (home / ".ecs" / "credentials").write_text(
        "default: p\necs_profiles:\n  p: {aws_access_key_id: AKSTORED, aws_secret_access_key: S, x:"
        " 1}\n"
    )
    away = f"http://127.0.0.1:{trap.port}"
    door = aws(
        Flags(region="us-east-1", endpoint=moto_url), AWS_ENDPOINT_URL=away, AWS_MAX_ATTEMPTS="1"
    )
    assert door.client("ecs")._request_signer._credentials.access_key == "AKSTORED"
    assert "clusterArns" in door.call("ecs", "list_clusters")
    assert trap.callers == []
    with pytest.raises(AwsError, match="connection was closed"):
        door.account()
    assert trap.callers


@pytest.mark.parametrize(
    ("config", "variables", "told", "hint"),
    [
        ("", {}, "no AWS credentials were found", "--sandbox"),
        ("", {"AWS_PROFILE": "gone"}, "gone", "--aws-profile"),
        (
            (
                "[profile sso]\nsso_start_url = https://x\nsso_region = us-east-1\nsso_account_id ="
                " 1\nsso_role_name = r"
            ),
            {"AWS_PROFILE": "sso"},
            "SSO",
            "aws sso login",
        ),
        (
            "[profile half]\naws_access_key_id = A\n",
            {"AWS_PROFILE": "half"},
            "Partial",
            "both parts",
        ),
        (
            (
                "[profile loop]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn ="
                " r\nsource_profile = loop\n"
            ),
            {"AWS_PROFILE": "loop"},
            "Infinite loop",
            "source_profile",
        ),
    ],
)
def test_missing_credentials_are_told_with_a_remedy(
    aws: Open, home: Path, config: str, variables: Mapping[str, str], told: str, hint: str
) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(config)
    with pytest.raises(AccessError, match=told) as caught:
        aws(Flags(region="us-east-1"), **variables).account()
    assert hint in (caught.value.hint or "")
    assert caught.value.exit_code == 4


def test_a_region_that_is_none(aws: Open) -> None:
    with pytest.raises(InputError, match="is not a region"):
        aws(Flags(region="us east 1")).account()
    with pytest.raises(InputError, match="no region is set"):
        aws().account()


# --------------------------------------------------------------------- calls


@pytest.fixture
def door(aws: Open, moto_url: str) -> Aws:
    return aws(Flags(sandbox_url=moto_url))


def test_an_error_of_aws_names_operation_code_and_remedy(door: Aws) -> None:
    with pytest.raises(AwsError) as caught:
        door.call("ecs", "list_tasks", cluster="gone")
    assert (caught.value.operation, caught.value.code) == ("ListTasks", "ClusterNotFoundException")
    assert caught.value.exit_code == 2
    assert "ecscli up" in (caught.value.hint or "")
    assert missing(caught.value)
    with pytest.raises(AwsError) as caught:
        door.call("cloudformation", "describe_stacks", StackName="gone")
    assert missing(caught.value)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("LimitExceededException", "The limit for the resource was exceeded."),
        ("ServiceQuotaExceededException", "no more"),
        ("ResourceLimitExceeded", "no more"),
        (
            "InvalidParameterException",
            "The maximum number of services for this cluster has been exceeded.",
        ),
        ("ClientException", "You've reached the limit on the number of tasks you can run"),
    ],
)
def test_an_exhausted_quota_is_named_as_one(aws: Open, code: str, message: str) -> None:
    from botocore.exceptions import ClientError

    refused = ClientError({"Error": {"Code": code, "Message": message}}, "CreateService")
    settings = aws(Flags(region="us-east-1")).settings
    found = translate(refused, "ecs create_service", settings)
    assert isinstance(found, AwsError)
    assert "ask for a higher quota" in (found.hint or "")


def test_throttled_calls_are_made_again_and_denied_ones_are_told(
    account: Aws, sandbox: Cli
) -> None:
    strike(account, action="ecs:ListClusters", kind="throttle", times=2)
    assert account.call("ecs", "list_clusters")["clusterArns"] == []
    strike(account, action="ecs:ListClusters", kind="deny")
    with pytest.raises(AccessError, match=r"ecs:ListClusters \(AccessDeniedException") as caught:
        account.call("ecs", "list_clusters")
    assert "--aws-profile" in (caught.value.hint or "")
    strike(account, action="ecs:ListClusters", kind="unavailable", times=99)
    with pytest.raises(AwsError) as refused:
        account.call("ecs", "list_clusters")
    assert transient(refused.value)
    strike(account, action="ecs:DescribeTaskDefinition", kind="deny")
    told = sandbox("logs", "--task-id", "t", "--task-def", "web")
    assert told.code == 4
    assert "ask for a policy" in told.err


def strike(account: Aws, **fault: object) -> None:
    """Ask the sandbox for faults."""
    url = f"{account.settings.sandbox_url}/_sandbox/faults"
    request = urllib.request.Request(
        url, json.dumps(fault).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


def test_pages_give_the_items_of_all_pages(door: Aws) -> None:
    for number in range(12):
        door.call("ecr", "create_repository", repositoryName=f"pages/{number}")
    found = door.pages(
        "ecr", "describe_repositories", "repositories", PaginationConfig={"PageSize": 5}
    )
    assert len([item for item in found if item["repositoryName"].startswith("pages/")]) == 12
    assert list(door.pages("ecs", "describe_clusters", "clusters", clusters=["gone"])) == []


def test_together_keeps_the_order_and_raises_the_first_error(door: Aws) -> None:
    def refuse(name: str) -> Any:
        return door.call("ecs", "list_tasks", cluster=name)

    answers = door.together(door.account, lambda: "second", lambda: door.region)
    assert answers == (door.account(), "second", "us-east-1")
    assert door.together() == ()
    with pytest.raises(AwsError, match="Cluster not found"):
        door.together(
            door.account,
            lambda: refuse("gone"),
            lambda: door.call("ecs", "describe_services", services=[]),
        )


def test_another_region_is_opened_once(door: Aws) -> None:
    there = door.elsewhere("eu-west-1")
    assert there.region == "eu-west-1"
    assert door.elsewhere("eu-west-1") is there
    assert door.elsewhere("us-east-1") is door
    assert door.elsewhere(None) is door
    there.call("ecs", "create_cluster", clusterName="away")
    assert all("away" not in arn for arn in door.pages("ecs", "list_clusters", "clusterArns"))


def test_fips_endpoints_are_asked_for_outside_the_sandbox_only(aws: Open, door: Aws) -> None:
    assert door.with_fips() is door
    outside = aws(Flags(region="us-east-1"), AWS_ACCESS_KEY_ID="A", AWS_SECRET_ACCESS_KEY="S")
    assert (
        outside.with_fips().client("ecr").meta.endpoint_url
        == "https://ecr-fips.us-east-1.amazonaws.com"
    )
    assert "fips" not in outside.client("ecr").meta.endpoint_url


def test_batches_and_partitions() -> None:
    assert list(batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(batches([], 2)) == []
    session = Session()
    regions = ("us-east-1", "cn-north-1", "us-gov-west-1", "us-iso-east-9", "xx-new-1")
    partitions = [partition_of(session, region) for region in regions]
    assert partitions == ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws"]


# ------------------------------------------------------------------- waiting


class Hands:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def waiting(answers: Iterator[Any]) -> tuple[Aws, Hands, Callable[[], Any]]:
    hands = Hands()

    def fetch() -> Any:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Aws(resolve(Flags(), {}), hands.clock, hands.sleep), hands, fetch


def test_a_wait_asks_at_most_five_times_in_three_seconds_then_once_a_second_then_less() -> None:
    door, hands, fetch = waiting(iter(range(1000)))
    asked = [hands.now for _ in door.poll(fetch, lambda state: hands.now > 100, SERVICES)]
    assert len([time for time in asked if time <= 3]) == 5
    assert max(hands.slept[:20]) == 1.0
    assert hands.slept[-1] == 2.0
    door, hands, fetch = waiting(iter(range(1000)))
    list(door.poll(fetch, lambda state: hands.now > 30, STACKS))
    assert (hands.slept[0], hands.slept[-1]) == (0.5, 2.0)


def test_a_failed_poll_does_not_end_a_wait() -> None:
    throttled = AwsError("Rate exceeded", code="ThrottlingException")
    door, hands, fetch = waiting(
        iter(["a", throttled, AwsError("lost", code="ConnectionError"), "b", "c"])
    )
    assert list(door.poll(fetch, lambda state: state == "b", SERVICES, 600)) == ["a", "b"]
    assert hands.slept == [0.25, 0.75, 1.125]


def test_the_limit_ends_a_wait_with_the_last_state_or_the_last_error() -> None:
    door, hands, fetch = waiting(iter(range(1000)))
    assert len(list(door.poll(fetch, lambda state: False, SERVICES, 2.0))) == 5
    assert hands.now == 2.0
    error = AwsError("down", code="503")
    door, hands, fetch = waiting(iter([error] * 1000))
    with pytest.raises(AwsError, match="down"):
        list(door.poll(fetch, lambda state: False, SERVICES, 10))


def test_a_lasting_error_ends_a_wait_at_once() -> None:
    door, _, fetch = waiting(iter(["a", AwsError("no", code="ClusterNotFoundException")]))
    with pytest.raises(AwsError, match="no"):
        list(door.poll(fetch, lambda state: False, SERVICES))


# --------------------------------------------------------------- attempts


def test_a_call_has_eight_attempts_with_growing_pauses(aws: Open) -> None:
    client = aws(Flags(region="us-east-1")).client("ecs")
    assert client.meta.config.retries == {"mode": "adaptive", "total_max_attempts": 8}


def test_the_settings_of_the_sdk_change_the_attempts(aws: Open) -> None:
    door = aws(Flags(region="us-east-1"), AWS_MAX_ATTEMPTS="2", AWS_RETRY_MODE="standard")
    retries = door.client("ecs").meta.config.retries
    assert retries == {"mode": "standard", "total_max_attempts": 2}


@pytest.mark.parametrize("url", ["http://127.0.0.1:4566", "http://[::1]:4566"])
def test_nothing_is_written_before_an_ip_address(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    client = Aws(resolve(Flags(region="us-east-1"), {}))._open("servicediscovery", long=False)
    assert client.meta.config.inject_host_prefix is False


def test_a_host_name_gets_the_prefix_that_an_operation_asks_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://aws.example:4566")
    client = Aws(resolve(Flags(region="us-east-1"), {}))._open("servicediscovery", long=False)
    assert client.meta.config.inject_host_prefix is True
