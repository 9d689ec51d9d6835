"""What `logs` prints: lines as they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecscli.base.records import mutable, record
from ecscli.ops.logs.line import LogLine, as_data
from ecscli.ops.logs.window import stamp
from ecscli.workflows.containers.log import Log

if TYPE_CHECKING:
    from ecscli.commands.context import App


@record
class LineForm:
    """How a line of a log is printed."""

    output: str = "text"
    timestamps: bool = False
    no_log_prefix: bool = False


def show_logs(app: App, log: Log, form: LineForm) -> None:
    """The lines of a project as they come."""
    show_log(app, log, lambda line: _show_line(app, line, form))


def show_log(app: App, log: Log, show: Callable[[LogLine], None]) -> None:
    """Lines as they come; after each look what was found strange, and why there are none."""
    beside = Beside(app, log)
    try:
        for line in log.lines:
            if line is not None:
                show(line)
                continue
            app.console.flush()
            beside.show()
    finally:
        beside.show()


@mutable
class Beside:
    """What is printed beside the lines of a log, each once."""

    app: App
    log: Log
    warned: int = 0
    noted: int = 0

    def show(self) -> None:
        """Print what has come since the last time."""
        findings = list(self.log.findings)[self.warned :]
        for finding in findings:
            self.app.console.warn(finding)
        notes = self.log.notes.since(self.noted)
        for note in notes:
            self.app.console.say(note)
        self.warned += len(findings)
        self.noted += len(notes)


def _show_line(app: App, line: LogLine, form: LineForm) -> None:

    if form.output == "json":
        app.console.item(as_data(line))
        return
    text = line.message.rstrip("\n")
    if form.timestamps:
        text = f"{stamp(line.time)} {text}"
    label = "" if form.no_log_prefix else f"{line.stream.container}/{line.stream.task[:8]}"
    app.console.log(text, label)
