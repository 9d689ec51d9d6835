"""One view of each cluster for all its viewers: it is polled while somebody looks, and each viewer
gets the whole state first and then what changes."""

from __future__ import annotations

import threading
import time
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
UNEXPECTED = "looking at the cluster has ended unexpectedly"
LINGER = 30.0  # seconds without a viewer until polling ends


@entity
class View:
    """The state of one cluster. `number` counts its changes; `error` is why the first look has
    failed, or polling has ended. `viewers` is under the lock of the feed, the rest under
    `changed`. `due` is set where the next look is not to wait."""

    watching: Watching
    state: State = field(default_factory=dict)
    number: int = 0
    viewers: int = 0
    wanted: float = field(default_factory=time.monotonic)  # when somebody looked
    error: EcsCliError | None = None
    has_ended: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)
    due: threading.Event = field(default_factory=threading.Event)


class Feed:
    """The views, by the name of the cluster."""

    def __init__(self, open_view: Callable[[str], Watching]) -> None:
        self._open, self._views = open_view, dict[str, View]()
        self._lock, self._closing = threading.RLock(), threading.Event()

    def close(self) -> None:
        """End all streams and polling."""
        self._closing.set()
        with self._lock:
            views = list(self._views.values())
        for view in views:
            view.due.set()
            with view.changed:
                view.changed.notify_all()

    def retry(self, cluster: str) -> None:
        """Look again at once, with credentials that are read anew."""
        view = self._view(cluster)
        view.watching.retry()
        view.due.set()

    def watching(self, cluster: str) -> Watching:
        """The view's own way to AWS."""
        return self._view(cluster).watching

    def messages(self, cluster: str) -> Iterator[tuple[int, str, Any]]:
        """Number, kind and content of each message for one more viewer: `state`, `patch`,
        `refusal`, `beat`. The caller counts streams."""
        with self._lock:
            view = self._view(cluster)
            view.viewers += 1
        try:
            yield from self._follow(view)
        finally:
            with self._lock:
                view.viewers -= 1

    def _follow(self, view: View) -> Iterator[tuple[int, str, Any]]:
        seen: State | None = None
        number = 0
        while not self._closing.is_set():
            if not self._has_news(view, number):
                if view.has_ended:
                    return
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
            return view.number > number or view.has_ended or self._closing.is_set()

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
        """Look until nobody does any more. Whatever ends it, viewers are told and may ask anew."""
        try:
            while not self._closing.is_set() and self._is_wanted(cluster, view):
                self._look(view)
                if view.due.wait(view.watching.pause):
                    view.due.clear()
        except Exception as error:
            self._take(view, view.state, EcsCliError(f"{UNEXPECTED}: {error!r}"))
        finally:
            with self._lock:
                if self._views.get(cluster) is view:
                    del self._views[cluster]
            with view.changed:
                view.has_ended = True
                view.changed.notify_all()

    def _is_wanted(self, cluster: str, view: View) -> bool:
        """Whether somebody looks, or has not long ago; else nobody finds the view any more."""
        with self._lock:
            now = time.monotonic()
            if view.viewers:
                view.wanted = now
            is_wanted = now - view.wanted < LINGER
            if not is_wanted:
                del self._views[cluster]
            return is_wanted

    def _look(self, view: View) -> None:
        """The state after one more look, or the error of a first one."""
        error: EcsCliError | None = None
        state = view.state
        try:
            state = state_of(view.watching.look())
        except EcsCliError as found:
            error = found
        self._take(view, state, error)

    @staticmethod
    def _take(view: View, state: State, error: EcsCliError | None) -> None:
        with view.changed:
            same = {**state, "time": ""} == {**view.state, "time": ""} and error == view.error
            if not same or not view.number:
                view.state, view.error = state, error
                view.number += 1
                view.changed.notify_all()
