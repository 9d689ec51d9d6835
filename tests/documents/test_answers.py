"""One JSON document a command, with what ended it; and the part of it that a query picks."""

import io
import json

import pytest

from ecscli.base.errors import (
    AccessError,
    AwsError,
    ChangesPending,
    DeploymentError,
    EcsCliError,
    Finding,
    InputError,
)
from ecscli.base.marks import Mark
from ecscli.cli import _report
from ecscli.commands.context import App
from ecscli.documents.failure import failure
from ecscli.documents.query import compiled
from ecscli.terminal.answer import Answer
from ecscli.terminal.console import Console
from tests.conftest import Cli

BAD = "services:\n  web:\n    image: nginx\n    memory: 1x\n"


@pytest.mark.parametrize(
    ("error", "document"),
    [
        (EcsCliError("no"), {"kind": "error", "message": "no"}),
        (
            EcsCliError("no", Mark("a.yml", 2, 3), "do"),
            {
                "kind": "error",
                "message": "no",
                "place": {"file": "a.yml", "line": 2, "column": 3},
                "hint": "do",
            },
        ),
        (
            InputError.of([Finding.about("a.b", "no", "arn:aws:x"), Finding("nor this")]),
            {
                "kind": "input",
                "message": "a.b: no",
                "place": {"name": "arn:aws:x"},
                "findings": [
                    {"message": "a.b: no", "place": {"name": "arn:aws:x"}, "key": "a.b"},
                    {"message": "nor this"},
                ],
            },
        ),
        (
            DeploymentError("no", reasons=["first", "second"]),
            {"kind": "deployment", "message": "no", "reasons": ["first", "second"]},
        ),
        (
            AwsError("no", operation="RunTask", code="ClientException", request_id="1"),
            {
                "kind": "aws",
                "message": "no",
                "operation": "RunTask",
                "code": "ClientException",
                "requestId": "1",
            },
        ),
        (
            AccessError("no", code="Expired"),
            {"kind": "access", "message": "no", "code": "Expired"},
        ),
    ],
    ids=["plain", "place", "findings", "reasons", "aws", "access"],
)
def test_an_error_is_a_document(error: EcsCliError, document: object) -> None:
    assert failure(error) == document


def test_no_error_document_has_the_password_of_an_address() -> None:
    image = "https://ci:hunter2@registry.example/app"
    finding = Finding.about(image, image, image, image)
    for error in (
        InputError.of([finding, finding]),
        DeploymentError(image, image, image, reasons=[image]),
        AwsError(image, operation=image, code=image, request_id=image),
        AccessError(image, code=image),
    ):
        text = json.dumps(failure(error))
        assert "https://ci:***@registry.example/app" in text
        assert "hunter2" not in text


@pytest.mark.parametrize("form", ["json", "sarif", "github", "text"])
def test_no_form_of_check_has_the_password_of_an_address(cli: Cli, form: str) -> None:
    cli.write("compose.yml", "services: {web: {image: 'https://ci:hunter2@registry.example/app'}}")
    done = cli("compose", "check", "--output", form)
    assert "registry.example" in done.out
    assert "hunter2" not in done.out + done.err
    whole = cli("compose", "config", "--query", "services.web.image")
    assert whole.json == "https://ci:hunter2@registry.example/app"


ERROR = {"error": {"kind": "error", "message": "no"}}


@pytest.mark.parametrize(
    ("kept", "document"),
    [
        ([], ERROR),
        ([{"a": 1}], {"a": 1, **ERROR}),
        ([[1, 2]], {"items": [1, 2], **ERROR}),
    ],
    ids=["nothing", "object", "list"],
)
def test_an_error_joins_what_was_found(kept: list[object], document: object) -> None:
    answer = Answer(is_json=True, query=lambda found: "not queried")
    for one in kept:
        answer.keep(one)
    assert list(answer.whole(EcsCliError("no"))) == [document]


@pytest.mark.parametrize(
    "arguments",
    [
        ("nope", "--output", "json"),
        ("up", "--nope", "--output=json"),
        ("--output", "json", "up", "--nope"),
        ("-output", "json", "ps", "surplus"),
        ("compose", "config", "--query", "["),
    ],
)
def test_a_usage_error_is_a_document(cli: Cli, arguments: tuple[str, ...]) -> None:
    done = cli(*arguments)
    assert done.code == 2
    assert done.json["error"]["kind"] == "usage"
    assert done.json["error"]["message"] in done.err


def test_every_finding_has_its_place(cli: Cli) -> None:
    cli.write("compose.yml", BAD)
    done = cli("compose", "render", "--output", "json")
    assert done.code == 2
    (finding,) = done.json["error"]["findings"]
    assert (finding["place"]["line"], finding["key"]) == (4, "services.web")


def test_without_json_nothing_is_on_stdout(cli: Cli) -> None:
    cli.write("compose.yml", BAD)
    assert cli("compose", "render").out == ""


def test_options_of_a_program_in_a_container_ask_for_nothing(cli: Cli) -> None:
    done = cli("compose", "exec", "web", "aws", "--output", "json")
    assert (done.code != 0, done.out) == (True, "")


@pytest.mark.parametrize(
    ("arguments", "picked"),
    [
        (("compose", "config", "--query", "services.web.image"), "nginx"),
        (("--query", "services.*.image", "compose", "config"), ["nginx"]),
        (("compose", "config", "--query", "nothing"), None),
        (("compose", "check", "--query", "[ok, errors]"), [True, 0]),
        (("--version", "--query", "name"), "ecscli"),
    ],
)
def test_a_query_picks_a_part(cli: Cli, arguments: tuple[str, ...], picked: object) -> None:
    cli.write("compose.yml", "services:\n  web:\n    image: nginx\n    mem_limit: 64m\n")
    done = cli(*arguments)
    assert (done.code, done.json) == (0, picked)


def test_a_query_that_does_not_fit_leaves_the_answer(cli: Cli) -> None:
    done = cli("configure", "list", "--query", "length(`1`)")
    assert done.code == 2
    assert done.json["clusters"] == []
    assert done.json["error"]["message"].startswith("--query does not fit the answer")


@pytest.mark.parametrize("query", ["lenght(@)", "[?starts_with(a)].b", "{a: [b || max_by(c)]}"])
def test_a_call_that_cannot_work_is_found_before_the_command_runs(cli: Cli, query: str) -> None:
    done = cli("configure", "list", "--query", query)
    assert done.code == 2
    assert done.json["error"]["kind"] == "usage"
    assert "clusters" not in done.json
    assert all(map(compiled, ("merge(a, b, c)", "sort_by(@, &a)[0].not_null(b)")))


def test_a_query_that_does_not_fit_pending_changes_is_an_error() -> None:
    console = Console(io.StringIO(), io.StringIO(), io.StringIO(), {})
    console.answer.is_json, console.answer.query = True, compiled("length(changes)")
    console.data({"changes": 1})
    assert _report(App({}, ".", console), ChangesPending("1 change pending")) == 2
    assert json.loads(console._out.getvalue())["error"]["kind"] == "input"  # type: ignore[attr-defined]


def test_a_query_and_text_do_not_go_together(cli: Cli) -> None:
    done = cli("configure", "list", "--output", "text", "--query", "clusters")
    assert done.code == 2
    assert "--query needs --output json" in done.err


def test_times_can_be_queried() -> None:
    from datetime import UTC, datetime

    answer = Answer(is_json=True, query=lambda found: found)
    answer.keep({"at": datetime(2026, 1, 2, tzinfo=UTC)})
    (document,) = answer.whole()
    assert json.loads(json.dumps(document)) == {"at": "2026-01-02T00:00:00+00:00"}


def test_nothing_is_an_empty_document(cli: Cli) -> None:
    cli.write("compose.yml", "services:\n  web:\n    image: nginx\n    mem_limit: 64m\n")
    for verb in ("build", "push"):
        assert cli("compose", verb, "--output", "json", AWS_REGION="us-east-1").json == {}


def test_configure_answers(cli: Cli) -> None:
    first = cli("configure", "--cluster", "a", "--region", "us-east-1", "--output", "json")
    assert first.json == {"name": "default", "default": True}
    more = ("--cluster", "b", "--region", "us-east-1", "--config-name", "more")
    assert cli("configure", *more, "--output", "json").json == {"name": "more", "default": False}
    keys = ("--access-key", "AKIA", "--secret-key", "secret")
    assert cli("configure", "profile", *keys, "--output", "json").json["name"] == "default"
    for words in (("default", "--config-name"), ("profile", "default", "--profile-name")):
        name = "more" if words[0] == "default" else "default"
        chosen = cli("configure", *words, name, "--output", "json")
        assert chosen.json == {"name": name, "default": True}
    assert cli("configure", "migrate", "--output", "json").json == {"migrated": False}


def test_what_this_machine_answers(cli: Cli) -> None:
    assert "_ecscli" in cli("completion", "bash", "--output", "json").json["script"]
    assert cli("license", "--output", "json").json["texts"]
    assert cli("schema", "cluster", "--output", "json").json["$schema"]
    assert cli("sandbox", "stop", "--output", "json").json == {"stopped": False}
    assert cli("sandbox", "reset", "--output", "json").json == {"reset": False}
    assert cli("sandbox", "status", "--output", "json").json["running"] is False
    assert cli("sandbox", "logs", "--output", "json").json["error"]["kind"] == "error"
