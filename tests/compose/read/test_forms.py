"""The forms of single values and keys: what is canonical, what is noted, and at which place."""

import pytest

from ecscli.base.marks import Map, Mark, Raw, Seq, Tagged
from ecscli.base.yaml.yamlio import parse
from ecscli.compose.dialect import TODAY, VERSION_2, VERSION_3, Dialect, Numbers
from ecscli.compose.read.canonical import read_document
from ecscli.compose.read.document import TAGS
from ecscli.compose.read.forms import (
    integer,
    labels,
    list_of,
    mapping,
    one_or_more,
    size_or_unlimited,
    table,
    text,
    texts,
)
from ecscli.compose.read.reader import (
    DROP,
    RESET,
    Dropped,
    FromText,
    Journal,
    Reader,
    number_text,
)

HERE = Mark("compose.yml", 1, 1)


def reader(dialect: Dialect = TODAY) -> Reader:
    return Reader(dialect, "/project", "/home/me", Journal())


def read_tree(written: str) -> tuple[Map, Journal]:
    """The canonical tree of a file, and what was noted while it was read."""
    one = reader()
    tree = read_document(one, parse(written, "compose.yml", tags=TAGS), HERE)
    return tree, one.journal


def messages(journal: Journal) -> list[str]:
    return [str(finding) for finding in (*journal.findings, *journal.warnings)]


def list_with_marks(*items: Raw) -> Seq:
    found = Seq((), HERE)
    for line, item in enumerate(items, 1):
        found.add(item, Mark("compose.yml", line, 3))
    return found


@pytest.mark.parametrize(
    ("dialect", "value", "expected"),
    [
        (TODAY, 2.0, 2),
        (TODAY, 1.5, DROP),
        (VERSION_2, 1.5, 1),
        (VERSION_3, "1.5", 1),
        (VERSION_2, float("inf"), DROP),
    ],
)
def test_a_fraction_is_cut_off_where_ecs_cli_cut_it(
    dialect: Dialect, value: Raw, expected: int | Dropped
) -> None:
    assert integer(reader(dialect), value, HERE, "x") == expected


@pytest.mark.parametrize("value", [-1, "-1"])
def test_minus_one_is_no_limit_as_a_number_and_as_a_text(value: Raw) -> None:
    assert size_or_unlimited(reader(), value, HERE, "x") == "-1"


def test_the_last_of_two_equal_items_counts_with_its_place() -> None:
    one = reader()
    items = list_with_marks("a", "b", "a")
    found = list_of(text)(one, items, HERE, "x")
    assert found == ["a", "b"]
    assert isinstance(found, Seq)
    assert found.values_at[0].line == 3
    assert len(one.journal.warnings) == 1


def test_the_last_of_two_items_with_one_identity_takes_the_place_of_the_first() -> None:
    items = list_with_marks("a=1", "b=2", "a=3")
    form = list_of(text, identity=lambda item: item.partition("=")[0])
    assert form(reader(), items, HERE, "x") == ["a=3", "b=2"]
    assert form(reader(VERSION_2), items, HERE, "x") == ["a=1", "b=2", "a=3"]


def test_equal_items_are_refused_where_ecs_cli_refused_them() -> None:
    one = reader(VERSION_3)
    assert texts(one, list_with_marks("a", "a"), HERE, "x") == ["a"]
    assert len(one.journal.findings) == 1


def test_a_text_in_place_of_a_list_stays_known_as_one() -> None:
    form = one_or_more(texts)
    assert isinstance(form(reader(), "a", HERE, "x"), FromText)
    assert not isinstance(form(reader(), list_with_marks("a"), HERE, "x"), FromText)


def test_a_label_without_a_value_has_the_empty_text() -> None:
    assert labels(reader(), list_with_marks("a", "b=1"), HERE, "x") == {"a": "", "b": "1"}


@pytest.mark.parametrize("given", [{}, {"path": RESET}])
def test_a_required_key_that_is_not_given_or_reset_is_missing(given: dict[str, Raw]) -> None:
    one = reader()
    assert mapping({"path": text}, "path")(one, Map(given, HERE), HERE, "x") is DROP
    assert len(one.journal.findings) == 1


def test_a_tag_stays_in_the_tree_and_its_value_is_read() -> None:
    form = mapping({"a": text, "b": texts})
    written = Map(
        {"a": Tagged("!reset", "x"), "b": Tagged("!override", list_with_marks("c"))}, HERE
    )
    assert form(reader(), written, HERE, "x") == {"a": RESET, "b": Tagged("!override", ["c"])}


def test_an_extension_needs_no_valid_name() -> None:
    one = reader()
    found = table(text, r"[a-z]+")(one, Map({"x-1.2": "a", "B": "b", "c": "c"}, HERE), HERE, "x")
    assert found == {"x-1.2": "a", "c": "c"}
    assert len(one.journal.findings) == 1


@pytest.mark.parametrize(
    ("value", "numbers", "expected"),
    [
        (1e20, Numbers.TODAY, "100000000000000000000"),
        (1e21, Numbers.TODAY, "1e+21"),
        (0.0001, Numbers.TODAY, "0.0001"),
        (0.00001, Numbers.TODAY, "1e-05"),
        (2**64 - 1, Numbers.TODAY, "18446744073709551615"),
        (2**64, Numbers.TODAY, "18446744073709552000"),
        (2**64, Numbers.PLAIN, "18446744073709551616"),
        (1000000.0, Numbers.SHORTEST, "1e+06"),
        (100000.0, Numbers.SHORTEST, "100000"),
    ],
)
def test_a_number_becomes_text_as_go_writes_it(
    value: float, numbers: Numbers, expected: str
) -> None:
    assert number_text(value, numbers) == expected


@pytest.mark.parametrize("external", ["{}", "{name: x}"])
def test_an_external_mapping_is_deprecated(external: str) -> None:
    tree, journal = read_tree(f"volumes: {{data: {{external: {external}}}}}")
    assert tree["volumes"]["data"]["external"] is True
    assert "external.name is deprecated" in messages(journal)[0]


def test_two_names_of_something_external_must_be_equal() -> None:
    _, journal = read_tree("volumes: {data: {name: y, external: {name: x}}}")
    assert "name and external.name differ" in messages(journal)[0]


@pytest.mark.parametrize(
    ("volume", "device"),
    [
        ("driver_opts: {o: 'rw,bind', device: ./a}", "/project/a"),
        ("driver: local, driver_opts: {o: bind, device: ./a}", "/project/a"),
        ("driver: other, driver_opts: {o: bind, device: ./a}", "./a"),
        ("driver_opts: {o: 'addr=1', device: ./a}", "./a"),
    ],
)
def test_the_folder_that_a_local_volume_binds_is_absolute(volume: str, device: str) -> None:
    tree, _ = read_tree(f"volumes: {{data: {{{volume}}}}}")
    assert tree["volumes"]["data"]["driver_opts"]["device"] == device


def test_an_include_names_a_file() -> None:
    _, journal = read_tree("include: [{path: []}]")
    assert "names no file" in messages(journal)[0]


@pytest.mark.parametrize(
    ("written", "context"), [("./a", "/project/a"), ("https://x/y.git", "https://x/y.git")]
)
def test_a_local_context_is_absolute(written: str, context: str) -> None:
    build = f"{{context: {written}, additional_contexts: {{a: {written}}}}}"
    tree, _ = read_tree(f"services: {{web: {{build: {build}}}}}")
    found = tree["services"]["web"]["build"]
    assert (found["context"], found["additional_contexts"]["a"]) == (context, context)
