"""What `compose logs -f` finds strange comes while it follows, and not once it ends."""

import io
from collections.abc import Iterator

from ecscli.base.errors import Finding
from ecscli.commands.compose.log_lines import LineForm, show_logs
from ecscli.commands.context import App
from ecscli.terminal.console import Console
from ecscli.workflows.containers.log import Log


def test_why_no_line_comes_is_a_warning_after_the_first_look() -> None:
    err, findings = io.StringIO(), list[Finding]()
    seen: list[str] = []

    def looks() -> Iterator[None]:
        findings.append(Finding("container web has no log driver awslogs"))
        yield None
        seen.append(err.getvalue())
        yield None

    app = App({}, "", Console(io.StringIO(), io.StringIO(), err, {}))
    show_logs(app, Log(looks(), findings), LineForm())
    assert "container web has no log driver awslogs" in seen[0]
    assert err.getvalue().count("no log driver") == 1
