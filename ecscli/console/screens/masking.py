"""PURE: a script, or a document of AWS -> the same without the values that may be secrets.

Scripts have no form of their own: what is hidden there follows a name that secrets usually have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecscli.base.passwords import MASK, without_passwords
from ecscli.up.diff import EMPTY, NAMES, hides

NAME = (
    r"[\w.-]*(?:pass(?:word|wd|phrase|code)?|secret|token|credential|auth_?data|api_?key|"
    r"private_?key|access_?key|license_?key)[\w.-]*"
)
VALUE = r"""'[^'\n]*'|"(?:\\.|[^"\\\n])*"|\{[^\n]*\}|[^\s"';,]+"""
ASSIGNED = re.compile(rf"""(?i)(\b{NAME}["']?[ \t]*[=:][ \t]*)(?:{VALUE})""")
OPTION = re.compile(rf"""(?i)(--{NAME}[ \t]+)(?:{VALUE})""")
HEADER = re.compile(r"""(?i)(authorization["']?[ \t]*[:=][ \t]*(?:\w+[ \t]+)?)[^\s"']+""")
KEY = re.compile(
    r"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.S
)


def masked_script(text: str) -> str:
    """A script of user data with the values of what is named like a secret hidden."""
    for pattern in (ASSIGNED, OPTION, HEADER):
        text = pattern.sub(rf"\1{MASK}", text)
    return without_passwords(KEY.sub(rf"\1 {MASK} \2", text))


def masked(value: Any, hidden: bool = False) -> Any:
    """A document with the values hidden that plans hide: of environment variables, options of log
    drivers and the like, of which the names stay."""
    if isinstance(value, Mapping):
        return {
            name: part if hidden and name in NAMES else masked(part, hides(hidden, name))
            for name, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [masked(part, hidden) for part in value]
    return MASK if hidden and value not in EMPTY else value
