"""Durations and sizes as Compose and Go write them: text -> seconds or bytes, and back."""

from __future__ import annotations

import re
from functools import lru_cache

SECONDS = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "μs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
    "d": 86400.0,
    "w": 604800.0,
}
LONGEST = 64  # characters: nobody writes a longer number, and none is so large that it overflows
DURATION_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w)")
DURATION = re.compile(r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d|w))+\Z")
SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kmgtp])?i?b?\Z", re.IGNORECASE)
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
WHOLE = re.compile("[0-9]{1,18}")
MOST_MINUTES = 7 * 24 * 60.0  # a week: nobody waits longer
MOST_COUNTED = 2**31 - 1  # the integers of AWS's APIs have 32 bits
MIB, GIB = 1024**2, 1024**3  # bytes
LOWEST_PORT, HIGHEST_PORT = 1, 65535  # of TCP and UDP
POWERS = {None: 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}


def is_whole(text: str) -> bool:
    """Whether a text is a whole number in plain digits, no longer than any that means something."""
    return WHOLE.fullmatch(text) is not None


def problem_of_count(text: str) -> str | None:
    """Why a text cannot be a number of tasks or instances; None where it can."""
    if not is_whole(text):
        return f'"{text[:LONGEST]}" is not a whole number'
    if int(text) > MOST_COUNTED:
        return f"{text} is more than the {MOST_COUNTED} that AWS can count"
    return None


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> float:
    """`1m30s`, `1.5h`, `500ms`, `-5s` or a bare `0` -> seconds; the message of a ValueError has the
    reason."""
    if text in ("0", "+0", "-0"):
        return 0.0
    if len(text) > LONGEST:
        raise ValueError(f'"{text[:LONGEST]}" is not a duration')
    if not DURATION.match(text):
        problem = "has no unit" if NUMBER.fullmatch(text) else "is not a duration"
        raise ValueError(f'"{text}" {problem}')
    # Summed in nanoseconds, so that 1.1s is 1.1 and not 1.1000000000000001.
    nanoseconds = sum(
        round(float(number) * SECONDS[unit] * 1e9) for number, unit in DURATION_PART.findall(text)
    )
    seconds = nanoseconds / 1e9
    return -seconds if text[0] == "-" else seconds


@lru_cache(maxsize=1024)
def parse_size(text: str) -> int:
    """`512m`, `1.5g`, `64 MiB`, `100` -> bytes, units being powers of 1024; the message of a
    ValueError has the reason."""
    match = SIZE.match(text) if len(text) <= LONGEST else None
    if not match:
        raise ValueError(f'"{text[:LONGEST]}" is not a size')
    number, unit = match.groups()
    factor: int = 1024 ** POWERS[unit and unit.lower()]
    if number.isdecimal():
        return int(number) * factor
    return int(float(number) * factor)


def format_size(size: int) -> str:
    """Bytes as people read them: ``1.2 GiB``, ``6 KiB``."""
    number, unit = float(size), "bytes"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if number < 1024:
            break
        number, unit = number / 1024, larger
    return f"{number:.1f}".removesuffix(".0") + f" {unit}"


def format_duration(seconds: float) -> str:
    """The shortest Go-like spelling: 90.0 -> `1m30s`, 0.5 -> `500ms`, 0 -> `0s`."""
    nanoseconds = round(abs(seconds) * 1e9)
    if nanoseconds == 0:
        return "0s"
    text = _below_a_second(nanoseconds) if nanoseconds < 10**9 else _from_a_second(nanoseconds)
    return f"-{text}" if seconds < 0 else text


def _below_a_second(nanoseconds: int) -> str:
    for unit, size in (("ms", 10**6), ("us", 10**3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.12g}{unit}"
    return f"{nanoseconds}ns"


def _from_a_second(nanoseconds: int) -> str:
    hours, left = divmod(nanoseconds, 3600 * 10**9)
    minutes, left = divmod(left, 60 * 10**9)
    text = ""
    if hours:
        text += f"{hours}h"
    if minutes:
        text += f"{minutes}m"
    if left:
        text += f"{left / 1e9:.12g}s"
    return text
