"""Connections to targets that wait for the next request, as the balancers of AWS keep them; where a
target closes one at that very moment, the client gets 502."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection

from ecscli.sandbox.balancers.choice import Place
from ecscli.sandbox.balancers.http1 import Http1Link


class Pool:
    """The connections that wait, by their targets; the latest one is taken first."""

    def __init__(self) -> None:
        self._waiting: defaultdict[Place, list[tuple[float, Http1Link]]] = defaultdict(list)

    def take(self, place: Place, seconds: float | None) -> Http1Link | None:
        """One that is still open and has not waited for longer than that; the others are closed."""
        rows = self._waiting[place]
        while rows:
            since, link = rows.pop()
            is_late = seconds is not None and time.monotonic() - since > seconds
            if link.is_open and not is_late:
                return link
            link.close()
        return None

    def give(self, place: Place, link: Http1Link) -> None:
        """Keep a connection whose request is answered, or close it where it can have no other."""
        if link.is_done and link.is_open:
            self._waiting[place].append((time.monotonic(), link))
        else:
            link.close()

    def keep(self, places: Collection[Place]) -> None:
        """Close the connections to all other targets."""
        for place in self._waiting.keys() - set(places):
            for _, link in self._waiting.pop(place):
                link.close()
