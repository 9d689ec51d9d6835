"""The routes of the console, a row each: what may be asked of it, and what answers.

A read gets the query of the address, a write the JSON object of the body; each answers with a JSON
document, or raises EcsCliError. The streams and the session are the server's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ecscli.base.records import record
from ecscli.console import actions, pages
from ecscli.console.api import Api
from ecscli.console.screens.table import PANELS

Answer = Callable[[Api, Mapping[str, Any]], Any]
Table = Mapping[tuple[str, str], Answer]


@record
class Route:
    """One address; `writes`: it changes something at AWS, and has to be posted."""

    path: str
    answer: Answer
    writes: bool = False

    @property
    def method(self) -> str:
        return "POST" if self.writes else "GET"


READS = (
    Route("/api/about", pages.about),
    Route("/api/clusters", pages.clusters),
    Route("/api/why", pages.why),
    Route("/api/logs", pages.logs),
    Route("/api/retry", pages.retry),
    *(Route(path, answer) for path, answer in PANELS.items()),
)


ACTIONS = (
    Route("/api/actions", actions.propose),
    Route("/api/actions", actions.act, writes=True),
)


def table(*, has_actions: bool) -> Table:
    """The answers, by method and path; without actions there is nothing that writes."""
    routes = (*READS, *ACTIONS) if has_actions else READS
    return {(one.method, one.path): one.answer for one in routes}
