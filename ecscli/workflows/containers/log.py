"""What is read of a log: its lines as they come, and what there is to say beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecscli.base.errors import Finding
from ecscli.base.records import field, record
from ecscli.ops.logs.line import LogLine
from ecscli.ops.logs.silence import Notes


@record
class Log:
    """The lines, None where no more have come so far. What was found strange, and the `notes` about
    silence, grow while the lines are read."""

    lines: Iterator[LogLine | None]
    findings: Sequence[Finding] = ()
    notes: Notes = field(default_factory=Notes)
