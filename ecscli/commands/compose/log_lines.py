"""What `logs` prints: lines as they come."""

from __future__ import annotations

from ecscli.base.records import record
from ecscli.commands.context import App
from ecscli.ops.logs.line import LogLine, as_data
from ecscli.ops.logs.window import stamp
from ecscli.workflows.containers.project_logs import ProjectLogs


@record
class LineForm:
    """How a line of a log is printed."""

    output: str = "text"
    timestamps: bool = False
    no_log_prefix: bool = False


def show_logs(app: App, logs: ProjectLogs, form: LineForm) -> None:
    """Lines as they come, and what was found strange after each look."""
    warned = 0
    try:
        for line in logs.lines:
            if line is not None:
                _show_line(app, line, form)
                continue
            app.console.flush()
            warned = _warn_of_logs(app, logs, warned)
    finally:
        _warn_of_logs(app, logs, warned)


def _warn_of_logs(app: App, logs: ProjectLogs, warned: int) -> int:
    """Warn of what was found since the last look; how many findings there are now."""
    found = list(logs.findings)
    for finding in found[warned:]:
        app.console.warn(finding)
    return len(found)


def _show_line(app: App, line: LogLine, form: LineForm) -> None:

    if form.output == "json":
        app.console.data(as_data(line), indent=None)
        return
    text = line.message.rstrip("\n")
    if form.timestamps:
        text = f"{stamp(line.time)} {text}"
    label = "" if form.no_log_prefix else f"{line.stream.container}/{line.stream.task[:8]}"
    app.console.log(text, label)
