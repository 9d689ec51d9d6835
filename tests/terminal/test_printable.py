"""What is printed: nothing in it acts on a terminal or a CI system, and readers of JSON and YAML
get what was there."""

import io
import json
import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecscli.base import printable
from ecscli.base.errors import EcsCliError, Finding, InputError, shorten
from ecscli.base.passwords import without_passwords
from ecscli.base.yaml import yamlio
from ecscli.terminal.console import Console
from ecscli.terminal.masking import Mask, mask_of

RAW = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
COMMAND = re.compile(r"(?m)^\s*::|##(vso|teamcity)?\[[a-z]{2}")
HOSTILE = (
    "a\x1b]52;c;aGk=\x07\r\n::error::forged\n  ::add-mask::x\x9b31m\u202e\u2028"
    "##vso[task.complete result=Failed]\udcff\t"
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def consoles() -> Iterator[tuple[Console, io.StringIO, io.StringIO]]:
    for stream in (io.StringIO, Terminal):
        out, err = stream(), stream()
        yield (
            Console(io.StringIO(), out, err, {"TERM": "xterm-256color", "COLUMNS": "300"}),
            out,
            err,
        )


def without_our_colours(text: str) -> str:
    return re.sub("\x1b\\[(\\?25[lh]|[0-9;]*m|1A|2K)", "", text).replace("\r", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢 👩‍💻", "plain é 漢 👩‍💻"),
        ("\x1b[31m\x07\x7f\x9b", "\\x1b[31m\\x07\\x7f\\x9b"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\u202ea\u2066\u2028\u2029\u0085", "\\u202ea\\u2066\\u2028\\u2029\\x85"),
        ("\udcff\ud800\U000e0041", "\\xff\\ud800\\U000e0041"),
        ("::error::x", "\\x3a:error::x"),
        ("  ::error::x", "  \\x3a:error::x"),
        ("a::error::x, std::vector", "a::error::x, std::vector"),
        ("a ##vso[task.x] ##[error]", "a \\x23#vso[task.x] \\x23#[error]"),
        ("${name##[0-9]} ## [title]", "${name##[0-9]} ## [title]"),
    ],
)
def test_a_line_shows_what_would_act(text: str, shown: str) -> None:
    assert printable.line(text) == shown
    assert printable.line(shown) == shown


@given(st.text(st.characters()))
def test_no_text_acts_in_a_line(text: str) -> None:
    shown = printable.line(text)
    assert not RAW.search(shown)
    assert "\n" not in shown
    assert not COMMAND.search(shown)


@given(
    st.recursive(
        st.text(st.characters()), lambda inner: st.dictionaries(st.text(st.characters()), inner)
    )
)
def test_json_is_read_as_what_it_was(value: object) -> None:
    for consoled, out, _ in consoles():
        consoled.data(value)
        consoled.conclude()
        assert json.loads(out.getvalue()) == value
        assert not RAW.search(out.getvalue())
        assert not COMMAND.search(out.getvalue())


@given(
    st.recursive(
        TEXT := st.text(st.characters(codec="utf-8")), lambda inner: st.dictionaries(TEXT, inner)
    )
)
def test_yaml_is_read_as_what_it_was(value: object) -> None:
    document = {"top": value}
    for ascii_only in (False, True):
        printed = printable.lines(yamlio.dump(document, ascii_only=ascii_only))
        assert yamlio.parse(printed, "printed.yml") == document
        assert not RAW.search(printed)
        assert not COMMAND.search(printed)
        assert printed.isascii() or not ascii_only


@pytest.mark.parametrize(
    "tell",
    [
        lambda console: console.say(HOSTILE),
        lambda console: console.warn(Finding(HOSTILE, HOSTILE, HOSTILE)),
        lambda console: console.error(
            InputError.of([Finding(HOSTILE, HOSTILE, HOSTILE), Finding(HOSTILE)])
        ),
        lambda console: console.error(EcsCliError(HOSTILE, HOSTILE, HOSTILE, reasons=[HOSTILE])),
        lambda console: console.line(HOSTILE),
        lambda console: console.table((HOSTILE.strip(), "B"), [(HOSTILE, HOSTILE), ("1", HOSTILE)]),
        lambda console: console.log("text", label=HOSTILE),
        lambda console: console.progress([HOSTILE]),
        lambda console: console.ask(HOSTILE),
        lambda console: console.item({HOSTILE: [HOSTILE]}),
    ],
    ids=[
        "say",
        "warn",
        "input-error",
        "error",
        "line",
        "table",
        "label",
        "progress",
        "ask",
        "data",
    ],
)
def test_nothing_that_is_printed_acts(tell: Callable[[Console], object]) -> None:
    for console, out, err in consoles():
        tell(console)
        console.flush()
        printed = without_our_colours(out.getvalue() + err.getvalue())
        assert not RAW.search(printed)
        assert not COMMAND.search(printed)
        assert not re.search(r"(?m)^\s*(::|forged)", printed)


def test_a_log_in_a_pipe_is_left_as_it_is() -> None:
    console, out, _ = next(consoles())
    console.log("\x1b[31mred\x1b[0m\x07\r", label="web/1")
    assert out.getvalue() == "web/1 | \x1b[31mred\x1b[0m\x07\r\n"


def test_a_log_on_a_terminal_keeps_its_colours_and_nothing_else() -> None:
    *_, (console, out, _) = consoles()
    console.log("\x1b[31mred\x1b]0;title\x07\x1b[2J\nnext\r")
    assert out.getvalue() == "\x1b[31mred\\x1b]0;title\\x07\\x1b[2J\x1b[0m\nnext\n"


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_a_stream_without_unicode_gets_escapes(encoding: str) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding)
    console = Console(io.StringIO(), out, out, {})
    console.line("é → \udcff")
    console.data({"é": "→"})
    console.conclude()
    console.flush()
    first, *document = raw.getvalue().decode(encoding).splitlines()
    assert first.replace("é", "\\xe9") == "\\xe9 \\u2192 \\xff"
    assert json.loads("".join(document)) == {"é": "→"}


KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def printed_with(environment: dict[str, str], text: str) -> str:
    out = io.StringIO()
    console = Console(io.StringIO(), out, out, environment)
    console.say(text)
    console.line(text)
    console.text(f"a: 1\n{text}")
    console.table(("A",), [(text,)])
    console.log(text)
    console.data({text: [text]})
    console.conclude()
    return out.getvalue()


@pytest.mark.parametrize(
    "variable", ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"]
)
def test_a_credential_in_force_is_never_printed(variable: str) -> None:
    printed = printed_with({variable: KEY}, f"image:{KEY}:1")
    assert KEY not in printed
    assert printed.count("image:***:1") == 7


def test_stand_ins_are_no_credentials() -> None:
    assert "testing" in printed_with({"AWS_SECRET_ACCESS_KEY": "testing"}, "testing")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (".aws/credentials", f"[ci]\naws_access_key_id = AKIA\naws_secret_access_key = {KEY}\n"),
        (".aws/config", f"[default]\naws_session_token={KEY}\n"),
        (
            ".ecs/credentials",
            f'version: v1\necs_profiles:\n  default:\n    aws_secret_access_key: "{KEY}"\n',
        ),
        (".ecs/config", f"[ecs]\naws_secret_access_key = {KEY}\n"),
        (".aws/cli/cache/1.json", json.dumps({"Credentials": {"SecretAccessKey": KEY}})),
        (".aws/cli/cache/1.json", json.dumps({"Credentials": {"SessionToken": KEY}})),
        (".aws/sso/cache/1.json", json.dumps({"accessToken": KEY, "expiresAt": "2030"})),
    ],
)
def test_keys_that_are_stored_are_never_printed(
    tmp_path_factory: pytest.TempPathFactory, file: str, text: str
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / file).parent.mkdir(parents=True)
    (home / file).write_text(text)
    assert KEY not in printed_with({"HOME": str(home)}, KEY)


@pytest.mark.parametrize("password", ['quo"te\\back', "sl'ash$dollar", "unicödé-1"])
def test_a_password_is_hidden_however_it_is_written(password: str) -> None:
    mask = Mask()
    mask.add([password], 8)
    documents = (
        password,
        json.dumps({"a": password}),
        yamlio.dump({"a": password}),
        password.replace("$", "$$"),
    )
    for text in documents:
        assert "***" in mask(text)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://user:pw@proxy.example:3128/", "https://user:***@proxy.example:3128/"),
        ("http://token@host", "http://***@host"),
        ("http://user:p/w@host/", "http://user:***@host/"),
    ],
)
def test_the_password_of_an_address_is_hidden(address: str, shown: str) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_ECS", "HTTPS_PROXY", "http_proxy"):
        assert mask_of({name: address})(f"see {address}") == f"see {shown}"


def test_a_message_hides_the_passwords_of_all_addresses() -> None:
    assert without_passwords('no answer from "https://u:pw@h/x", http://h:80/a@b') == (
        'no answer from "https://u:***@h/x", http://h:80/a@b'
    )


@pytest.mark.parametrize("before", ["", "x" * 20, "x" * 40])
def test_a_key_that_a_message_cuts_is_hidden_too(before: str) -> None:
    key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" * 3
    shown = Mask([key])(f'"{shorten(before + key)}" is not a size')
    assert shown == f'"{before}***..." is not a size'
