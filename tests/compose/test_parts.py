"""The small grammars of the loader, each by a table: commands, env files, variables, ports and
mounts."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecscli.base.errors import Finding, InputError
from ecscli.compose.dialect import DIALECTS, TODAY, VERSION_2, VERSION_3, Dialect
from ecscli.compose.read.mounts import file_mode, parse_mount
from ecscli.compose.read.ports import parse_ports
from ecscli.compose.text.dotenv import lines_of_v2, parse_as_ecs_cli, parse_env, parse_raw
from ecscli.compose.text.interpolate import BadInterpolation, Interpolator
from ecscli.compose.text.shell import split_command


@pytest.mark.parametrize(
    ("text", "v2", "v3"),
    [
        ('sh -c "echo a; b" | x', ["sh", "-c", "echo a; b", "|", "x"], ["sh", "-c", "echo a; b"]),
        ("echo a #c d", ["echo", "a"], ["echo", "a", "#c", "d"]),
        ("sh -c a > /dev/null", ["sh", "-c", "a", ">", "/dev/null"], ["sh", "-c", "a"]),
        ("a '' \"\" b", ["a", "", "", "b"], ["a", "b"]),
        ('a\\ b \'c\\d\' "e\\"f"', ["a b", "c\\d", 'e"f'], ["a b", "c\\d", 'e"f']),
        ("", [], []),
    ],
)
def test_a_command_is_split_by_the_rules_of_its_dialect(
    text: str, v2: list[str], v3: list[str]
) -> None:
    assert split_command(text, VERSION_2).words == v2
    assert split_command(text, VERSION_3).words == v3
    assert [word for word in split_command(text, TODAY).words if word] == v3


@pytest.mark.parametrize("text", ["a 'b", 'a "b', "a\\", "`a"])
def test_an_open_quote_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not closed|ends with a backslash"):
        split_command(text)


@given(st.text(max_size=30), st.sampled_from(DIALECTS))
def test_any_command_is_split_or_refused(text: str, dialect: Dialect) -> None:
    with suppress(ValueError):
        assert all(isinstance(word, str) for word in split_command(text, dialect).words)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("A = b ", "b"),
        ("A: b", "b"),
        ("export A=b", "b"),
        ("A='$B'", "$B"),
        ('A="$B"', "set"),
        ("A=${B}-x", "set-x"),
        ("A=${C:-d}", "d"),
        ("A=b # c", "b"),
        ("A=b#c", "b#c"),
        ("A='b' # c", "b"),
        ('A="x\\ny"', "x\ny"),
        ("A='x\\ny'", "x\\ny"),
        ('A="\\$B"', "$B"),
        ("A='it\\'s'", "it's"),
        ("A=", ""),
        ('A="a\\ b"', "a\\ b"),
        ("A=$$B", "$B"),
        ("A=b=c", "b=c"),
        ("A=#x", "#x"),
        ("A= #x", "#x"),
        ("A=pa$5x", "pa$5x"),
        ("A=^a$", "^a$"),
        ('A="$(date) $?"', "$(date) $?"),
        ('A="é"', "é"),
        ("A=a\\b", "a\\b"),
    ],
)
def test_a_line_of_an_env_file_has_one_meaning(line: str, value: str) -> None:
    assert parse_env(f"# first\n\n  {line}\r\n", ".env", {"B": "set"}) == {"A": value}


def test_a_bare_name_takes_the_value_from_outside_or_none() -> None:
    assert parse_env("A\nB", ".env", {"A": "1"}) == {"A": "1"}


def test_every_line_that_cannot_be_read_is_named() -> None:
    with pytest.raises(InputError) as caught:
        parse_env("A=1\nB C=2\nD='x\n", ".env", {})
    assert [str(finding.where) for finding in caught.value.findings] == [".env:2:1", ".env:3:3"]


def test_the_original_took_the_rest_of_the_line_as_it_is() -> None:
    text = '# c\nA="q" # x\n B= y\nC\nA=2\n'
    assert parse_as_ecs_cli(text, ".env", {"C": "3"}) == {"A": "2", "B": " y", "C": "3"}
    assert parse_as_ecs_cli(text, ".env", {}, first_wins=True) == {"A": '"q" # x', "B": " y"}
    assert lines_of_v2(" A = 1 \n#x\n\nB") == ["A = 1", "B"]
    assert parse_raw("A='x' # y\n", {}) == {"A": "'x' # y"}


@given(st.text(max_size=40))
def test_any_env_file_is_read_or_refused_with_places(text: str) -> None:
    for parse in (parse_env, parse_as_ecs_cli):
        assert all(
            finding.where
            for finding in findings_of(lambda parse=parse: parse(text, ".env", {"B": "1"}))
        )


def findings_of(work: Callable[[], object]) -> tuple[Finding, ...]:
    try:
        work()
    except InputError as error:
        return error.findings
    return ()


VARIABLES = {"FOO": "first", "BAR": ""}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$${foo}", "${foo}"),
        ("$FOO-bar", "first-bar"),
        ("${missing:-def}", "def"),
        ("${missing-def}", "def"),
        ("${BAR:-def}", "def"),
        ("${BAR-def}", ""),
        ("${BAR:-/non:-alnum}", "/non:-alnum"),
        ("${U-${FOO} $FOO}", "first first"),
        ("${FOO:+yes}", "yes"),
        ("${BAR:+yes}", ""),
        ("${BAR+yes}", "yes"),
        ("${FOO?no}", "first"),
        ("${BAR?no}", ""),
        ("${U-a?b}", "a?b"),
        ("${U:-{}}", "{}"),
        ("${U:-a}b}", "ab}"),
        ("$FOO$BAR.", "first."),
    ],
)
def test_a_variable_form_has_the_value_of_the_specification(text: str, value: str) -> None:
    assert Interpolator(VARIABLES).substitute(text) == value


@pytest.mark.parametrize("text", ["${", "${}", "${ }", "${ FOO}", "${FOO }", "${FOO!}", "${1a}"])
def test_what_is_no_variable_form_is_refused(text: str) -> None:
    with pytest.raises(BadInterpolation):
        Interpolator(VARIABLES).substitute(text)


def test_a_required_variable_says_what_is_missing() -> None:
    with pytest.raises(
        BadInterpolation, match="required variable U is missing a value: set it to first"
    ):
        Interpolator(VARIABLES).substitute("${U:?set it to $FOO}")


def test_each_unset_variable_is_named_once() -> None:
    interpolator = Interpolator({})
    assert interpolator.tree("$U $U $V") == "  "
    assert not interpolator.findings
    assert [warning.message.split('"')[1] for warning in interpolator.warnings] == ["U", "V"]


@pytest.mark.parametrize(
    ("spec", "pairs"),
    [
        ("80", [(80, None)]),
        ("8080:80", [(80, "8080")]),
        ("8000-8001:90-91", [(90, "8000"), (91, "8001")]),
        ("8000-8005:80", [(80, "8000-8005")]),
        ("127.0.0.1::80", [(80, None)]),
        ("0:80", [(80, None)]),
    ],
)
def test_a_port_stands_for_pairs_of_ports(spec: str, pairs: list[tuple[int, str | None]]) -> None:
    assert [
        (port["target"], port.get("published")) for port in parse_ports(spec).mappings()
    ] == pairs


@pytest.mark.parametrize(
    ("dialect", "published"),
    [(TODAY, ["1-2"]), (VERSION_3, ["1", "2"]), (VERSION_2, ["1-2"])],
)
def test_a_range_of_host_ports_goes_by_the_dialect(dialect: Dialect, published: list[Any]) -> None:
    assert [
        port.get("published") for port in parse_ports("1-2:80", dialect).mappings()
    ] == published


@pytest.mark.parametrize(
    ("spec", "source", "target"),
    [
        ("/x", None, "/x"),
        ("data:/x", "data", "/x"),
        ("./a:/x:ro", "./a", "/x"),
        ("C:\\a:D:\\b:ro", "C:\\a", "D:\\b"),
        ("c:/a:/b", "c:/a", "/b"),
        ("c:/:d:/b", "c:/", "d:/b"),
        ("x:/data:ro", "x", "/data"),
        ("name:D::rw", "name", "D:"),
        ("/dev/usb:1.3:/dev/usb:1.3", "/dev/usb:1.3", "/dev/usb:1.3"),
        ("C:\\only", None, "C:\\only"),
    ],
)
def test_a_mount_has_a_source_and_a_target(spec: str, source: str | None, target: str) -> None:
    mount = parse_mount(spec)
    assert (mount.get("source"), mount["target"]) == (source, target)


@pytest.mark.parametrize("spec", ["", ":/x", "/foo::ro", "/foo:/foo:ro:foo", "a:"])
def test_what_is_no_mount_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match=r"empty part|too many colons"):
        parse_mount(spec)


@pytest.mark.parametrize("value", ["0440", "440", "0o440", 0o440])
def test_a_file_mode_is_octal_however_it_is_written(value: Any) -> None:
    assert file_mode(value) == "0440"
