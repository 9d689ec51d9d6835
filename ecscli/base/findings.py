"""Findings as they come -> the first thousand of them and a count of the rest, whatever a file has
in it."""

from __future__ import annotations

from collections.abc import Iterable

from ecscli.base.errors import Finding

MOST_FINDINGS = 1000


class Findings(list[Finding]):
    """A list that keeps MOST_FINDINGS and counts what is `more`."""

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        super().__init__()
        self.more = 0
        self.extend(findings)

    @property
    def full(self) -> bool:
        """Whether nobody will read what else is found: searching for hints, or reading on, is in
        vain."""
        return len(self) >= MOST_FINDINGS

    def append(self, finding: Finding) -> None:
        if self.full:
            self.more += 1
        else:
            super().append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.append(finding)
        self.more += getattr(findings, "more", 0)


def with_count(findings: Iterable[Finding], more: int) -> list[Finding]:
    """The first MOST_FINDINGS, and how many there are beside them."""
    found = list(findings)
    hidden = more + max(0, len(found) - MOST_FINDINGS)
    if not hidden:
        return found
    shown = found[:MOST_FINDINGS]
    return [
        *shown,
        Finding(f"{hidden} more findings are not shown", shown[-1].where if shown else None),
    ]
