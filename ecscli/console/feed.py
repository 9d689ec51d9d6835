"""One view of each cluster for all its viewers: it is polled while somebody looks, and each viewer
gets the whole state first and then what changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ecscli.base.errors import EcsCliError
from ecscli.base.records import entity, field
from ecscli.console.patches import State, patch, state_of
from ecscli.documents.failure import failure

if TYPE_CHECKING:
    from ecscli.workflows.watch import Watching

HEARTBEAT = 15.0  # seconds between two messages at most
MOST_STREAMS = 16
LINGER = 30.0  # seconds without a viewer until polling ends


@entity
class View:
    """The state of one cluster. `number` counts its changes; `error` is why the first look has
    failed."""

    watching: Watching
    state: State = field(default_factory=dict)
    number: int = 0
    viewers: int = 0
    error: EcsCliError | None = None
    changed: threading.Condition = field(default_factory=threading.Condition)


class Feed:
    """The views, by the name of the cluster."""

    def __init__(self, open_view: Callable[[str], Watching]) -> None:
        self._open, self._views = open_view, dict[str, View]()
        self._lock, self._closing = threading.Lock(), threading.Event()
        self.streams = 0

    def close(self) -> None:
        """End all streams and polling."""
        self._closing.set()
        for view in self._views.values():
            with view.changed:
                view.changed.notify_all()

    def watching(self, cluster: str) -> Watching:
        """The view's own way to AWS."""
        return self._view(cluster).watching

    def messages(self, cluster: str) -> Iterator[tuple[int, str, Any]]:
        """Number, kind and content of each message for one more viewer: `state`, `patch`,
        `refusal`, `beat`. The caller counts streams."""
        view = self._view(cluster)
        with view.changed:
            view.viewers += 1
        try:
            yield from self._follow(view)
        finally:
            with view.changed:
                view.viewers -= 1

    def _follow(self, view: View) -> Iterator[tuple[int, str, Any]]:
        seen: State | None = None
        number = 0
        while not self._closing.is_set():
            if not self._has_news(view, number):
                yield number, "beat", {}
                continue
            with view.changed:
                state, number, error = view.state, view.number, view.error
            if error is not None:
                yield number, "refusal", failure(error)
            elif seen is None:
                yield number, "state", state
                seen = state
            else:
                yield number, "patch", patch(seen, state)
                seen = state

    def _has_news(self, view: View, number: int) -> bool:
        """Whether a change after that number comes in time."""

        def is_over() -> bool:
            return view.number > number or self._closing.is_set()

        with view.changed:
            view.changed.wait_for(is_over, HEARTBEAT)
            return view.number > number

    def _view(self, cluster: str) -> View:
        """The view of a cluster, which is polled from now on."""
        with self._lock:
            view = self._views.get(cluster)
            if view is None:
                view = self._views[cluster] = View(self._open(cluster))
                threading.Thread(target=self._poll, args=(cluster, view), daemon=True).start()
            return view

    def _poll(self, cluster: str, view: View) -> None:
        idle = 0.0
        while not self._closing.is_set() and idle < LINGER:
            self._look(view)
            pause = view.watching.pause
            self._closing.wait(pause)
            idle = 0.0 if view.viewers else idle + pause
        with self._lock:
            self._views.pop(cluster, None)

    @staticmethod
    def _look(view: View) -> None:
        """The state after one more look, or the error of a first one."""
        error: EcsCliError | None = None
        state = view.state
        try:
            state = state_of(view.watching.look())
        except EcsCliError as found:
            error = found
        with view.changed:
            same = {**state, "time": ""} == {**view.state, "time": ""} and error == view.error
            if not same or not view.number:
                view.state, view.error = state, error
                view.number += 1
                view.changed.notify_all()
