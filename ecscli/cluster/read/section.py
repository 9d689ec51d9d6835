"""A document being read: its findings gather here, each with the place of the key that it is
about."""

from __future__ import annotations

from ecscli.base.documents import Document
from ecscli.base.errors import Finding, InputError
from ecscli.base.marks import Mark, where
from ecscli.base.records import field, mutable


class NamedPlace(Mark):
    """A place that is no file: a flag, such as ``--size``, or a stack."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.file


def named(name: str) -> NamedPlace:
    """The place that is called so."""
    return NamedPlace(name, 0, 0)


@mutable
class Section:
    """A mapping of the document, the path to it, and the findings of the whole document."""

    tree: Document
    path: tuple[str, ...] = ()
    root: Document | None = None
    findings: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)

    def under(self, key: str) -> Section:
        """The mapping below `key`, empty where it is not there."""
        return Section(
            self.tree.get(key) or {},
            (*self.path, key),
            self.root or self.tree,
            self.findings,
            self.notices,
        )

    def finding(self, message: str, hint: str | None = None, *path: str | int) -> Finding:
        """A finding about the value at `path` below this mapping."""
        return Finding(message, where(self.root or self.tree, *self.path, *path), hint)

    def error(self, message: str, hint: str | None = None, *path: str | int) -> None:
        """Note a finding and read on."""
        self.findings.append(self.finding(message, hint, *path))

    def useless(self, message: str, hint: str | None, *path: str | int) -> None:
        """A key without effect is an error; a flag without effect, which ecs-cli ignored, is a
        notice."""
        finding = self.finding(message, hint, *path)
        (self.notices if isinstance(finding.where, NamedPlace) else self.findings).append(finding)

    def done(self) -> None:
        """Raise InputError with everything found."""
        if self.findings:
            raise InputError.of(self.findings)
