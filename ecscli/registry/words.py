"""Ages and sizes of images -> the words of ecs-cli."""

from __future__ import annotations

HOUR = 3600
UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
# Seconds below which an age is put in these words; `{n}` is the age over the divisor
AGES = (
    (1, 1, "Less than a second"),
    (2, 1, "1 second"),
    (60, 1, "{n} seconds"),
    (120, 60, "About a minute"),
    (HOUR, 60, "{n} minutes"),
    (5400, HOUR, "About an hour"),
    (48 * HOUR, HOUR, "{n} hours"),
    (336 * HOUR, 24 * HOUR, "{n} days"),
    (1440 * HOUR, 168 * HOUR, "{n} weeks"),
    (17520 * HOUR, 720 * HOUR, "{n} months"),
    (float("inf"), 8760 * HOUR, "{n} years"),
)


def age(seconds: float) -> str:
    """How long ago, in the words of ecs-cli: `About a minute ago`."""
    _, divisor, words = next(row for row in AGES if seconds < row[0])
    count = seconds / divisor
    if divisor == HOUR:
        count += 0.5
    return words.format(n=int(count)) + " ago"


def size(count: int) -> str:
    """Bytes in decimal units with three digits: `123MB`, `1.23GB`."""
    value, unit = float(count), 0
    while value >= 999.5 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.3g}{UNITS[unit]}"
