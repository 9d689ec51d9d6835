"""PURE: a message with its fields -> the line that ecs-cli wrote about it to a pipe, by which
scripts find values: ``level=info msg="Using ECS task definition" TaskDefinition="shop:1"``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime

VARIABLE, CLASSIC = "ECSCLI_MESSAGES", "classic"
BARE = re.compile(r"[A-Za-z0-9\-._/@^+]*")  # what needs no quotes; nothing at all needs none either


def log_line(level: str, message: str, fields: Mapping[str, object], now: datetime) -> str:
    """The line, its fields sorted by name; `level` is info or warning, `now` has a time zone."""
    time = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    parts = [f'time="{time}"', f"level={level}", f"msg={_quoted(message)}"]
    return " ".join([*parts, *(f"{name}={_value(fields[name])}" for name in sorted(fields))])


def _value(value: object) -> str:
    text = str(value)
    return text if BARE.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
