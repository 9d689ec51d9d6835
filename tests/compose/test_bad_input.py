"""Past the limits a file is refused with its place, in bounded time and memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecscli.base.errors import InputError
from ecscli.base.yaml import composer
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.join.extends import LONGEST_CHAIN
from ecscli.compose.load import load_project


def refusal(folder: Path, content: str | bytes) -> list[str]:
    data = content.encode() if isinstance(content, str) else content
    (folder / "compose.yaml").write_bytes(data)
    with pytest.raises(InputError) as caught:
        load_project(LoadOptions(str(folder), {}))
    return list(caught.value.lines())


def test_a_file_of_fifty_megabytes_is_refused_unread(tmp_path: Path) -> None:
    (first, _) = refusal(tmp_path, b"#" * 50_000_000)
    assert first == "the file compose.yaml has more than 8388608 bytes"


def test_a_bomb_of_aliases_is_refused_where_it_goes_off(tmp_path: Path) -> None:
    lines = ["x0: &x0 [" + ",".join("a" * 10) + "]"]
    lines += [f"x{level}: &x{level} [{','.join([f'*x{level - 1}'] * 10)}]" for level in range(1, 9)]
    (first, _) = refusal(tmp_path, "\n".join(lines))
    assert first.startswith("compose.yaml:")
    assert "more than 500000 values once aliases are expanded" in first


def test_a_long_text_repeated_by_aliases_is_refused(tmp_path: Path) -> None:
    lines = [f"x-a: &a {'x' * 1_000_000}", "services:", "  web:", "    image: i", "    labels:"]
    lines += [f"      l{number}: *a" for number in range(5000)]
    assert "once aliases are expanded" in refusal(tmp_path, "\n".join(lines))[0]


@pytest.mark.parametrize(("file", "line"), [(".env", 8), ("web.env", 8)])
def test_variables_that_grow_by_powers_are_refused_where_they_pass_the_limit(
    tmp_path: Path, file: str, line: int
) -> None:
    values = ["V0=0123456789", *(f"V{level}={f'${{V{level - 1}}}' * 10}" for level in range(1, 11))]
    (tmp_path / file).write_text("\n".join(values))
    (first, _) = refusal(
        tmp_path, "services: {web: {image: i, env_file: {path: web.env, required: false}}}"
    )
    assert first == f"{file}:{line}:4: variables bring more than 67108864 characters"


def test_a_long_variable_named_many_times_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"LONG={'x' * 1_000_000}")
    content = "services:\n  web:\n    image: i\n    command:\n" + "      - $LONG\n" * 100
    assert (
        refusal(tmp_path, content)[0]
        == "compose.yaml:72:9: variables bring more than 67108864 characters"
    )


def test_merged_anchors_count_as_what_they_expand_to(tmp_path: Path) -> None:
    wide = ", ".join(f"k{number}: 1" for number in range(1000))
    lines = [f"x-a: &a {{{wide}}}", "services:"]
    lines += [f"  s{number}: {{<<: *a}}" for number in range(3000)]
    assert any("once aliases are expanded" in line for line in refusal(tmp_path, "\n".join(lines)))


@pytest.mark.parametrize(
    "text", ["[" * 5000, "- " * 5000, "a: {" * 5000], ids=["lists", "block", "mappings"]
)
def test_deep_nesting_is_refused(tmp_path: Path, text: str) -> None:
    assert "nested more than 100 levels deep" in refusal(tmp_path, text)[0]


def test_an_anchor_cannot_hold_itself(tmp_path: Path) -> None:
    (first, *_) = refusal(tmp_path, "services: &s {web: *s}")
    assert first == "compose.yaml:1:20: an alias (*) refers to the value that it is a part of"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"services:\n  web: {image: \xff}", "compose.yaml:2:16: byte 0xff is not UTF-8"),
        (
            b"services:\n  web: \x01",
            "compose.yaml:2:8: not valid YAML: character U+0001 is not allowed",
        ),
        (
            b"services: {web: {image: 'x}}",
            # the end, or the quote that is open: as the release of libyaml has it
            (
                "compose.yaml:1:29: not valid YAML: found unexpected end of stream",
                'compose.yaml:1:25: not valid YAML: "\'" is opened here and never closed',
            ),
        ),
        (
            b"services: !!python/object:os.system {}",
            "compose.yaml:1:11: this tag (!) cannot be used here",
        ),
        (b"? [a]\n: b", "compose.yaml:1:3: a key must be a scalar, not a mapping or a list"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_place(
    tmp_path: Path, content: bytes, message: str | tuple[str, ...]
) -> None:
    assert refusal(tmp_path, content)[0].startswith(message)


def test_other_encodings_with_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        (tmp_path / "compose.yaml").write_bytes("services: {web: {image: é}}".encode(encoding))
        assert load_project(LoadOptions(str(tmp_path), {})).services[0].image == "é"


@pytest.mark.long
def test_ten_thousand_services_load(tmp_path: Path) -> None:
    text = "services:\n" + "".join(
        f"  s{number}: {{image: i, depends_on: [s0]}}\n" for number in range(1, 10_000)
    )
    (tmp_path / "compose.yaml").write_text(text + "  s0: {image: i}\n")
    assert len(load_project(LoadOptions(str(tmp_path), {})).services) == 10_000


@pytest.mark.long
def test_a_chain_of_ten_thousand_dependencies_is_no_recursion(tmp_path: Path) -> None:
    text = "services:\n" + "".join(
        f"  s{number}: {{image: i, depends_on: [s{number + 1}]}}\n" for number in range(9999)
    )
    (tmp_path / "compose.yaml").write_text(text + "  s9999: {image: i}\n")
    assert len(load_project(LoadOptions(str(tmp_path), {})).services) == 10_000


def test_a_long_chain_of_extends_is_refused_and_not_followed_for_ever(tmp_path: Path) -> None:
    text = "services:\n" + "".join(
        f"  s{number}: {{extends: s{number + 1}}}\n" for number in range(3000)
    )
    assert any("extends" in line for line in refusal(tmp_path, text + "  s3000: {image: i}\n"))


@pytest.mark.parametrize(
    "line",
    [
        "mem_limit: '%s'" % ("9" * 100_000),
        "cpus: '%s'" % ("9" * 100_000),
        "scale: %s" % ("9" * 5_000),
        "cpus: .inf",
        "stop_grace_period: '%s'" % ("1" * 100_000),
        "stop_grace_period: %sh" % ("9" * 400),
        "ports: ['%s']" % ("9" * 100_000),
        "ports: [{target: 70000}]",
        "hostname: '%s'" % ("${A:-" * 20_000 + "}" * 20_000),
    ],
    ids=lambda line: line[:20],
)
def test_a_number_or_a_nesting_beyond_reason_is_refused(tmp_path: Path, line: str) -> None:
    (first, *_) = refusal(tmp_path, f"services: {{a: {{image: a, {line}}}}}")
    assert first.startswith("compose.yaml:1:")
    assert len(first) < 400


def test_a_long_chain_of_includes_is_refused(tmp_path: Path) -> None:
    for number in range(80):
        (tmp_path / f"{number}.yaml").write_text(f"include: [{number + 1}.yaml]\n")
    (tmp_path / "80.yaml").write_text("services: {a: {image: a}}\n")
    assert any(
        "include each other more than 50 deep" in line
        for line in refusal(tmp_path, "include: [0.yaml]")
    )


@pytest.mark.long
def test_ranges_of_ports_do_not_fill_the_memory(tmp_path: Path) -> None:
    services = "".join(f"  s{number}: {{image: i, ports: ['1-65535']}}\n" for number in range(50))
    (first, *rest) = refusal(tmp_path, "services:\n" + services)
    assert "services.s1.ports[0]: the ranges of all files stand for more than 100000 ports" in first
    assert not rest


def test_a_thousand_findings_are_enough(tmp_path: Path) -> None:
    lines = refusal(
        tmp_path, "services:\n" + "".join(f"  s{number}: {{}}\n" for number in range(3000))
    )
    assert lines[-1].endswith("2000 more findings are not shown")


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "dir").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        load_project(LoadOptions(str(tmp_path), {}, files=["dir"]))


def test_the_limits_are_those_of_the_documentation() -> None:
    documented = (Path(__file__).parent.parent.parent / "docs" / "compose-language.md").read_text()
    for number in (composer.LIMITS.nodes, composer.LIMITS.depth, LONGEST_CHAIN):
        assert f"{number:,}" in documented
    assert "8 MiB" in documented
