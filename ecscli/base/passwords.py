"""PURE: A text, or a document -> the same without the passwords of the addresses in it."""

from __future__ import annotations

import re
from typing import Any

from ecscli.base.documents import Draft

MASK = "***"
USER_AND_PASSWORD = re.compile(r"(?<=://)([^\s/?#@:\"']*):([^\s/?#\"']*)(?=@)")


def without_passwords(text: str) -> str:
    """A message with the passwords of all addresses in it hidden."""
    return USER_AND_PASSWORD.sub(rf"\1:{MASK}", text) if "://" in text else text


def hidden_in(document: Draft) -> Draft:
    """A document whose texts are messages, with the passwords of all addresses hidden."""
    return {name: _hidden(value) for name, value in document.items()}


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return without_passwords(value)
    if isinstance(value, list):
        return [_hidden(one) for one in value]
    return hidden_in(value) if isinstance(value, dict) else value
