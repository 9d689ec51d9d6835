"""What translation has to say beside its result: what cannot be, what was dropped, what was
decided."""

from __future__ import annotations

from collections.abc import Iterable

from ecscli.base.errors import Finding
from ecscli.base.findings import Findings, with_count
from ecscli.base.marks import Mark
from ecscli.base.records import field, mutable


@mutable
class Notes:
    """Collected over a whole translation, so that a user sees everything at once."""

    refused: Findings = field(default_factory=Findings)
    warnings: Findings = field(default_factory=Findings)
    notices: Findings = field(default_factory=Findings)

    def refuse(self, message: str, where: Mark | None = None, hint: str | None = None) -> None:
        """Something that ECS cannot do: no request will be made."""
        self.refused.append(Finding(message, where, hint))

    def warn(self, message: str, where: Mark | None = None, hint: str | None = None) -> None:
        """Something that is not sent, or not as it was written."""
        self.warnings.append(Finding(message, where, hint))

    def tell(self, message: str, where: Mark | None = None) -> None:
        """Something that was decided for the user, in one line."""
        self.notices.append(Finding(message, where))

    def in_order(self) -> tuple[Finding, ...]:
        """Every refusal, in the order of the files."""
        return tuple(with_count(in_order(self.refused), self.refused.more))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as one meets them when reading the files."""
    return tuple(sorted(findings, key=_place))


def _place(finding: Finding) -> Mark:
    return finding.where if isinstance(finding.where, Mark) else Mark("", 0, 0)
