"""Findings are gathered in one place and raised together, in the order of the files."""

from __future__ import annotations

import pytest

from ecscli.base.errors import Finding, InputError
from ecscli.base.findings import Findings
from ecscli.base.marks import Mark


def test_every_error_is_raised_in_the_order_of_the_files() -> None:
    findings = Findings()
    findings.error("there is no cluster", "--cluster", "name one")
    findings.error("third", Mark("b.yml", 1, 1))
    findings.error("second", Mark("a.yml", 7, 3))
    findings.error("first", Mark("zz.yml", 9, 9))
    with pytest.raises(InputError) as raised:
        findings.raise_errors(files=["zz.yml", "a.yml"])
    assert list(raised.value.lines()) == [
        "zz.yml:9:9: first",
        "a.yml:7:3: second",
        "b.yml:1:1: third",
        "--cluster: there is no cluster",
        "  hint: name one",
    ]


def test_warnings_and_notices_raise_nothing() -> None:
    findings, more = Findings(), Findings()
    findings.warning("not sent", Mark("a.yml", 1, 1))
    more.warning("nor this")
    more.notice("512 MiB")
    findings.extend(more)
    findings.raise_errors()
    assert [one.message for one in findings.warnings] == ["not sent", "nor this"]
    assert findings.notices == [Finding("512 MiB")]
