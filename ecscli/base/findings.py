"""The one collector of findings: errors, warnings and notices as they are found -> an InputError
with every error in the order of the files, and lists that end at a thousand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecscli.base.errors import Finding, InputError
from ecscli.base.marks import Mark

MOST_FINDINGS = 1000


class FindingList(list[Finding]):
    """A list that keeps the first MOST_FINDINGS and counts the rest as `more`."""

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        super().__init__()
        self.more = 0
        self.extend(findings)

    @property
    def full(self) -> bool:
        """Whether further findings are only counted, so that looking for their hints is wasted."""
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

    def counted(self) -> tuple[Finding, ...]:
        """The findings that were kept, and how many more there were, in the order of arrival."""
        return _with_count(tuple(self), self.more)

    def in_order(self, files: Sequence[str] = ()) -> tuple[Finding, ...]:
        """Like `counted`, in the order of the files."""
        return _with_count(in_order(self, files), self.more)


class Findings:
    """What was found in files, flags and answers: `errors` forbid every call that writes,
    `warnings` name what is not sent or not sent as written, `notices` what was decided for the
    user."""

    __slots__ = ("errors", "notices", "warnings")

    def __init__(self) -> None:
        self.errors = FindingList()
        self.warnings = FindingList()
        self.notices = FindingList()

    def error(
        self,
        message: str,
        where: Mark | str | None = None,
        hint: str | None = None,
        key: str = "",
    ) -> None:
        """Note an error, about `key` where it is about one; the work goes on, so that the user sees
        all of them at once."""
        self.errors.append(Finding.about(key, message, where, hint))

    def warning(
        self,
        message: str,
        where: Mark | str | None = None,
        hint: str | None = None,
        key: str = "",
    ) -> None:
        self.warnings.append(Finding.about(key, message, where, hint))

    def notice(
        self,
        message: str,
        where: Mark | str | None = None,
        hint: str | None = None,
        key: str = "",
    ) -> None:
        self.notices.append(Finding.about(key, message, where, hint))

    def extend(self, other: Findings) -> None:
        """Add everything that another collector holds."""
        self.errors.extend(other.errors)
        self.warnings.extend(other.warnings)
        self.notices.extend(other.notices)

    def raise_errors(self, files: Sequence[str] = ()) -> None:
        """Raise InputError with every error, in the order of the files; return without one.

        `files` are the names of the files that come first, in their order; other files follow by
        name, and findings without a line in a file come last.
        """
        if self.errors:
            raise InputError.of(self.errors.in_order(files))


def in_order(findings: Iterable[Finding], files: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Findings in the order in which a reader of the files meets them; see raise_errors."""
    ranks = {file: rank for rank, file in enumerate(files)}
    last = len(ranks)

    def place(finding: Finding) -> tuple[int, str, int, int]:
        mark = finding.where
        if not isinstance(mark, Mark) or not mark.line:
            return last + 1, "", 0, 0
        return ranks.get(mark.file, last), *mark

    return tuple(sorted(findings, key=place))


def _with_count(findings: tuple[Finding, ...], more: int) -> tuple[Finding, ...]:
    if not more:
        return findings
    return *findings, Finding(f"{more} more findings are not shown", findings[-1].where)
