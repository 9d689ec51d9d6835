"""Durations and sizes: what is read, what is refused, and that what is written is read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecscli.base.units import format_duration, parse_duration, parse_size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1m30s", 90),
        ("1.5h", 5400),
        ("1500ms", 1.5),
        ("-5s", -5),
        ("0", 0),
        ("1h2m3s", 3723),
        ("2d", 172800),
        ("1.1s", 1.1),
        (".5s", 0.5),
        ("10us", 1e-05),
        ("10µs", 1e-05),
        ("1w", 604800),
    ],
)
def test_a_duration_is_read_in_seconds(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("30", "has no unit"),
        ("1.5", "has no unit"),
        ("soon", "is not a duration"),
        ("", "is not a duration"),
        ("1x", "is not a duration"),
        ("1m 30s", "is not a duration"),
        ("m", "is not a duration"),
    ],
)
def test_what_is_no_duration_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_duration(text)


@given(st.integers(-(10**12), 10**15))
def test_a_written_duration_is_read_again(microseconds: int) -> None:
    assert parse_duration(format_duration(microseconds / 10**6)) == pytest.approx(
        microseconds / 10**6
    )


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512m", 512 * 2**20),
        ("1.5g", 3 * 2**29),
        ("64 MiB", 2**26),
        ("100", 100),
        ("1K", 1024),
        ("2GB", 2**31),
        ("1gib", 2**30),
        ("0", 0),
        ("10b", 10),
        ("1t", 2**40),
    ],
)
def test_a_size_is_read_in_bytes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "m", "1zb", "1..5g", "-1", "1 0m", "1  m", "many"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a size"):
        parse_size(text)
