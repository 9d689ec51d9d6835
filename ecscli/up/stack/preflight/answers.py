"""What the checks of a cluster spec find out."""

from __future__ import annotations

from ecscli.base.errors import Finding
from ecscli.base.marks import Mark
from ecscli.base.records import field, mutable


@mutable
class Answers:
    """What the reads found out: ids, what is wrong, what is worth saying."""

    vpc: str | None = None
    subnets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    my_ip: str | None = None
    root_device: str | None = None
    certificates: tuple[str, ...] = ()
    zones: tuple[tuple[str, str], ...] = ()
    tag_instances: bool = True
    full: Finding | None = None
    findings: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)

    def error(self, message: str, where: Mark | str | None = None, hint: str | None = None) -> None:
        self.findings.append(Finding(message, where, hint))
