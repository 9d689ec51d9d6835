"""What comes back from where AWS should be, and is not AWS's: no command takes it for an answer."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session

from ecscli.aws.answers import FORMS, JSON, MOST_PAGES, NEEDED, XML, wrong_types
from ecscli.aws.client import Aws
from ecscli.base.errors import AccessError, AwsError, InputError
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from tests.conftest import Cli, Result
from tests.strength import conftest
from tests.strength.conftest import HTML, Said, Stranger

PACKAGE = Path(__file__).parent.parent.parent / "ecscli"
# Commands that ask before anything else, of each kind
COMMANDS = (
    "ps",
    "instances",
    "images",
    "plan",
    "down --force",
    "up --empty",
    "logs --task-id 0123456789abcdef",
    "check-attributes --task-def web",
    "compose ps",
    "compose up",
    "compose run web",
    "compose stop",
    "compose down",
    "compose wait",
    "compose why",
    "compose plan",
    "compose logs",
    "compose prune --force",
    "compose scale 2",
    "compose exec web ls",
    "compose create",
    "compose service up",
    "compose service plan",
    "compose service rm",
    "compose service ps",
    "compose service stop",
    "compose service start",
    "compose service scale 2",
    "compose service wait",
    "compose service rollback",
    "compose service logs",
)
STRANGE: dict[str, tuple[int, str, object]] = {
    "a page": (200, HTML, "<!DOCTYPE html><html><body>Sign in to the network</body></html>"),
    "a page that says it is JSON": (200, conftest.JSON, "<html>Sign in</html>"),
    "an empty object": (200, conftest.JSON, {}),
    "nothing": (200, conftest.JSON, ""),
    "nothing at all": (200, "", ""),
    "a list": (200, conftest.JSON, []),
    "a redirection": (302, HTML, "<html>moved</html>"),
    "a proxy that forbids": (403, HTML, "<html>forbidden by policy</html>"),
    "a server that has no such path": (404, "text/plain", "404 page not found"),
    "an error that is not AWS's": (400, "application/json", {"error": "bad request"}),
}


def spoken(run: Result) -> str:
    """The talk of a command that ended as one should where no AWS answers."""
    text = run.out + run.err
    assert run.code == 1, text
    assert "bug in ecscli" not in text
    assert "Traceback" not in text
    assert "marker-of-a-secret-key" not in text
    assert "hint: " in run.err
    return run.err


FEW = ("a page", "an empty object")
CASES = [
    pytest.param(
        command,
        strange,
        marks=() if strange in FEW or command == "compose stop" else pytest.mark.slow,
    )
    for command in COMMANDS
    for strange in STRANGE
]


@pytest.mark.parametrize(("command", "strange"), CASES)
def test_no_command_takes_it_for_an_answer(
    away: Cli, stranger: Stranger, command: str, strange: str
) -> None:
    if command.startswith("compose exec"):
        plugin = away.write("bin/session-manager-plugin", "#!/bin/sh\necho 1.2.707.0\n")
        plugin.chmod(0o755)
        away.environment["PATH"] = f"{plugin.parent}:{away.environment['PATH']}"
    stranger.says(*STRANGE[strange])
    told = spoken(away(*command.split()))
    assert stranger.url in told
    assert "does not answer as AWS does" in told
    assert "AWS_ENDPOINT_URL" in told, "the hint names what leads elsewhere"


@pytest.mark.parametrize(
    "answer",
    [
        {"taskArns": "none"},
        {"taskArns": {}},
        {"taskArns": [1]},
        {"taskArns": None},
        {"taskArns": 0, "failures": []},
        {"failures": [], "nextToken": "x"},
    ],
    ids=str,
)
def test_a_member_of_another_type_is_no_answer(
    away: Cli, stranger: Stranger, answer: object
) -> None:
    stranger.says(200, conftest.JSON, answer)
    assert "taskArns" in spoken(away("compose", "stop"))


def test_what_is_missing_deeper_is_no_bug_either(away: Cli, stranger: Stranger) -> None:
    task = {
        "taskArn": "arn:aws:ecs:us-east-1:1:task/demo/0123",
        "taskDefinitionArn": "d",
        "lastStatus": "RUNNING",
    }
    task |= {"group": "task:project", "desiredStatus": "RUNNING"}
    answers: dict[str, object] = {
        "ListTasks": {"taskArns": [task["taskArn"]]},
        "DescribeTasks": {"tasks": [{**task, "containers": [{}]}], "failures": []},
        "DescribeTaskDefinition": {
            "taskDefinition": {"taskDefinitionArn": "d", "containerDefinitions": []}
        },
        "ListContainerInstances": {"containerInstanceArns": []},
    }
    stranger.script = lambda action, count: Said(200, conftest.JSON, json.dumps(answers[action]))
    told = spoken(away("compose", "ps"))
    assert "it has no member name" in told
    assert "ecs describe_tasks" in told


def test_an_address_is_shown_without_its_user(away: Cli, stranger: Stranger) -> None:
    netloc = stranger.url.removeprefix("http://")
    told = spoken(away("ps", AWS_ENDPOINT_URL=f"http://me:hushhush@{netloc}"))
    assert netloc in told
    assert "hushhush" not in told
    stranger.close()
    told = spoken(away("ps", AWS_ENDPOINT_URL=f"http://me:hushhush@{netloc}", AWS_MAX_ATTEMPTS="1"))
    assert netloc in told
    assert "hushhush" not in told
    refused = away("ps", AWS_ENDPOINT_URL="me:hushhush@nowhere")
    assert (refused.code, "hushhush" in refused.err) == (2, False)
    assert "is not a URL" in refused.err


def test_a_role_that_cannot_be_taken_names_the_call_that_was_not_answered(
    away: Cli, stranger: Stranger
) -> None:
    home = Path(away.environment["HOME"])
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(
        "[profile keys]\naws_access_key_id = AK\naws_secret_access_key = S\n[profile role]\n"
        "role_arn = arn:aws:iam::123456789012:role/builder\nsource_profile = keys\n"
    )
    assert "sts AssumeRole" in spoken(away("ps", "--aws-profile", "role"))


@pytest.mark.parametrize("tokens", [("a",), ("a", "b")], ids=["the same page", "a circle"])
def test_pages_that_lead_back_end(away: Cli, stranger: Stranger, tokens: tuple[str, ...]) -> None:
    def page(action: str, count: int) -> Said:
        return Said(
            200,
            conftest.JSON,
            json.dumps({"taskArns": [], "nextToken": tokens[count % len(tokens)]}),
        )

    stranger.script = page
    assert "leads back to one that was read already" in spoken(away("compose", "stop"))


def test_pages_without_end_end(
    away: Cli, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_PAGES >= 1000
    monkeypatch.setattr("ecscli.aws.answers.MOST_PAGES", 20)
    stranger.script = lambda action, count: Said(
        200, conftest.JSON, json.dumps({"taskArns": [], "nextToken": str(count)})
    )
    assert "it does not end after 20 pages" in spoken(away("compose", "stop"))
    assert len(stranger.calls) == 20


# ------------------------------------------------------------------------------- XML


def door(stranger: Stranger) -> Aws:
    return Aws(resolve(Flags(), stranger.environment()))


@pytest.fixture
def xml(stranger: Stranger, monkeypatch: pytest.MonkeyPatch) -> Aws:
    for name, value in stranger.environment().items():
        monkeypatch.setenv(name, value)
    return door(stranger)


IDENTITY = "<GetCallerIdentityResponse><GetCallerIdentityResult>{}</GetCallerIdentityResult></GetCallerIdentityResponse>"
GROUPS = (
    "<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><AutoScalingGroups><member>{}</member>"
    "</AutoScalingGroups></DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>"
)


@pytest.mark.parametrize(
    ("service", "operation", "body"),
    [
        ("sts", "get_caller_identity", "<html/>"),
        ("sts", "get_caller_identity", "<GetCallerIdentityResponse/>"),
        ("sts", "get_caller_identity", IDENTITY.format("")),
        (
            "cloudformation",
            "describe_stacks",
            "<ListStacksResponse><ListStacksResult/></ListStacksResponse>",
        ),
        ("cloudformation", "describe_stacks", "<DescribeStacksResponse>"),
        ("cloudformation", "describe_stacks", ""),
        ("ec2", "describe_vpcs", "<nothing/>"),
        ("ec2", "describe_vpcs", "{}"),
        (
            "autoscaling",
            "describe_auto_scaling_groups",
            GROUPS.format("<DesiredCapacity>many</DesiredCapacity>"),
        ),
    ],
)
def test_xml_of_another_kind_is_no_answer(
    xml: Aws, stranger: Stranger, service: str, operation: str, body: str
) -> None:
    stranger.says(200, "text/xml", body)
    with pytest.raises(AwsError, match="does not answer as AWS does") as caught:
        xml.call(service, operation)
    assert caught.value.code == "BadAnswer"


def test_an_empty_list_may_be_absent_in_xml(xml: Aws, stranger: Stranger) -> None:
    stranger.says(
        200,
        "text/xml;charset=UTF-8",
        "<DescribeVpcsResponse><requestId>1</requestId></DescribeVpcsResponse>",
    )
    assert list(xml.pages("ec2", "describe_vpcs", "Vpcs")) == []


def test_what_a_list_in_xml_has_is_complete(xml: Aws, stranger: Stranger) -> None:
    stranger.says(
        200,
        "text/xml;charset=UTF-8",
        "<DescribeVpcsResponse><vpcSet><item><cidrBlock>10.0.0.0/16</cidrBlock></item></vpcSet>"
        "</DescribeVpcsResponse>",
    )
    with pytest.raises(AwsError, match=r"it has no Vpcs\.VpcId"):
        list(xml.pages("ec2", "describe_vpcs", "Vpcs"))


# ---------------------------------------------------------------------------- the table


def called() -> set[tuple[str, str]]:
    """Every operation that the package names beside its service."""
    pattern = re.compile(r'"([a-z0-9-]+)",\s*"([a-z]+(?:_[a-z0-9]+)+)"')
    services = set(Session().get_available_services())
    texts = [path.read_text() for path in PACKAGE.rglob("*.py") if "sandbox" not in path.parts]
    found = {pair for text in texts for pair in pattern.findall(text) if pair[0] in services}
    return found - {("sts", "get_credentials")}  # the border's own name for the look at what signs


def method_names(service: str) -> dict[str, str]:
    from botocore import xform_name

    return {xform_name(name): name for name in Session().get_service_model(service).operation_names}


def test_every_json_call_that_has_something_to_say_has_members_that_it_needs() -> None:
    found = called()
    assert len(found) > 50
    for service, operation in sorted(found):
        model = Session().get_service_model(service)
        shape = model.operation_model(method_names(service)[operation]).output_shape
        silent = shape is None or not shape.members or operation.startswith(("tag_", "put_image"))
        if FORMS[model.resolved_protocol] is JSON and not silent:
            assert operation in NEEDED.get(service, {}), (service, operation)


def test_needed_members_are_members_of_the_model() -> None:
    for service, rows in NEEDED.items():
        names = method_names(service)
        for operation, paths in rows.items():
            for path in paths:
                shape: Any = (
                    Session()
                    .get_service_model(service)
                    .operation_model(names[operation])
                    .output_shape
                )
                for name in path.split("."):
                    shape = shape.member if shape.type_name == "list" else shape
                    shape = shape.members[name.removesuffix("?")]


def test_every_protocol_that_is_spoken_has_a_form() -> None:
    spoken_ = {Session().get_service_model(service).resolved_protocol for service, _ in called()}
    assert spoken_ <= set(FORMS)
    assert {FORMS[protocol] for protocol in spoken_} == {JSON, XML}


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        (
            {"services": [{"desiredCount": "2"}]},
            "services[].desiredCount is a text, not a whole number",
        ),
        (
            {"services": [{"desiredCount": True}]},
            "services[].desiredCount is true or false, not a whole number",
        ),
        (
            {"services": [{"desiredCount": 2.5}]},
            "services[].desiredCount is a number, not a whole number",
        ),
        (
            {"services": [{}, {"serviceArn": 1}]},
            "services[].serviceArn is a whole number, not a text",
        ),
        ({"services": [None]}, "services[] is null"),
        (
            {"services": [{"createdAt": [], "unknown": 1}]},
            "services[].createdAt is a list, not a number",
        ),
        (
            {"services": [{"deployments": {"a": 1}}]},
            "services[].deployments is an object, not a list",
        ),
        (
            {
                "services": [{"createdAt": 1.5, "enableExecuteCommand": False, "tags": None}],
                "new": 1,
            },
            None,
        ),
    ],
)
def test_types_are_those_of_the_model(answer: object, wrong: str | None) -> None:
    shape = Session().get_service_model("ecs").operation_model("DescribeServices").output_shape
    assert next(wrong_types(answer, shape), None) == wrong


def test_sizes_of_containers_may_be_numbers_as_an_emulator_sends_them() -> None:
    shape = Session().get_service_model("ecs").operation_model("DescribeTasks").output_shape
    sizes = {"cpu": 0, "memory": 512, "memoryReservation": 128}
    assert list(wrong_types({"tasks": [{"containers": [sizes]}]}, shape)) == []
    wrong = {"tasks": [{"cpu": 256, "containers": [{"cpu": [], "name": 1}]}]}
    assert len(list(wrong_types(wrong, shape))) == 3


# ------------------------------------------------------------------------ AWS's own errors

REFUSAL = (
    "<Response><Errors><Error><Code>{}</Code><Message>no</Message></Error></Errors></Response>"
)


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("UnauthorizedOperation", "ask for a policy"),
        ("RequestExpired", "the session has expired, or the clock of this machine is wrong"),
        ("AuthFailure", "does not know the access key"),
    ],
)
def test_what_ec2_says_of_credentials_is_an_access_error(
    xml: Aws, stranger: Stranger, code: str, hint: str
) -> None:
    stranger.says(403, "text/xml", REFUSAL.format(code))
    with pytest.raises(AccessError) as caught:
        xml.call("ec2", "describe_vpcs")
    assert caught.value.exit_code == 4
    assert hint in f"{caught.value.message}: {caught.value.hint}"


def test_a_stack_of_attempts_at_a_region_that_is_none_is_bad_input(stranger: Stranger) -> None:
    with pytest.raises(InputError, match="is not a region"):
        Aws(resolve(Flags(region="no region"), stranger.environment())).call("ec2", "describe_vpcs")
