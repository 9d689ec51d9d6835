"""PURE: what somebody has chosen to see, and the keys that change it."""

from __future__ import annotations

from collections.abc import Sequence

from ecscli.base.records import record, replace
from ecscli.watch.text import UNICODE, Glyphs

UP, DOWN, ENTER, ESCAPE, BACKSPACE, INTERRUPT = "up", "down", "enter", "escape", "backspace", "^C"
LONGEST = 40  # characters of a filter


@record
class View:
    """`chosen`: the service that the arrows are on; `words`: the filter, and `is_typing` while it
    is written; `detail`: lines about the service in the place of the tables. `asks`: what the last
    key asks for, "why" or "logs", which somebody has to read. `has_keys`: there is a keyboard."""

    chosen: str = ""
    words: str = ""
    is_typing: bool = False
    is_paused: bool = False
    has_ended: bool = False
    asks: str = ""
    title: str = ""
    detail: tuple[str, ...] | None = None
    has_keys: bool = False
    glyphs: Glyphs = UNICODE

    def shows(self, name: str) -> bool:
        """Whether the filter leaves a name in."""
        return self.words.lower() in name.lower()


def press(view: View, key: str, services: Sequence[str]) -> View:
    """The view after a key. `services`: names in the order of the picture."""
    view = replace(view, asks="")
    if key == INTERRUPT:
        return replace(view, has_ended=True)
    if view.is_typing:
        return _typed(view, key)
    if view.detail is not None:
        return _in_detail(view, key)
    shown = [name for name in services if view.shows(name)]
    match key:
        case "q":
            return replace(view, has_ended=True)
        case "p":
            return replace(view, is_paused=not view.is_paused)
        case "/":
            return replace(view, is_typing=True)
        case "up" | "down":
            return replace(view, chosen=_neighbour(shown, view.chosen, key))
        case "escape":
            return replace(view, words="", chosen="")
        case "enter" if view.chosen in shown:
            return replace(view, asks="why")
        case "l" if view.chosen in shown:
            return replace(view, asks="logs")
    return view


def _typed(view: View, key: str) -> View:
    match key:
        case "enter":
            return replace(view, is_typing=False)
        case "escape":
            return replace(view, is_typing=False, words="")
        case "backspace":
            return replace(view, words=view.words[:-1])
    is_letter = len(key) == 1 and key.isprintable()
    return replace(view, words=(view.words + key)[:LONGEST]) if is_letter else view


def _in_detail(view: View, key: str) -> View:
    match key:
        case "q" | "escape" | "backspace":
            return replace(view, detail=None, title="")
        case "enter":
            return replace(view, asks="why")
        case "l":
            return replace(view, asks="logs")
    return view


def _neighbour(names: Sequence[str], chosen: str, key: str) -> str:
    """The service below or above the chosen one; the first or last where none is chosen."""
    if not names:
        return ""
    if chosen not in names:
        return names[0] if key == DOWN else names[-1]
    step = 1 if key == DOWN else -1
    return names[min(max(names.index(chosen) + step, 0), len(names) - 1)]
