"""What is waited for, as a terminal shows it: a line for each part, which redraws itself; those
that are over are folded into one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecscli.base.records import field, mutable

if TYPE_CHECKING:
    from ecscli.up.model import Part

MOST = 12  # lines of parts; further ones are counted


@mutable
class Tree:
    """The parts so far, by name, and below them the picture of the moment."""

    picture: Sequence[str] = ()
    _parts: dict[str, Part] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def add(self, part: Part) -> None:
        """The newest step of a part; one that goes on again is not over any more."""
        if part.text or part.name in self._parts:
            self._parts[part.name] = part
            if not part.is_over:
                self._told.discard(part.name)

    def clear(self) -> None:
        """Wait for nothing any more."""
        self._parts.clear()
        self._told.clear()
        self.picture = ()

    def newly_over(self) -> list[str]:
        """The names of the parts that have ended since this was asked before."""
        names = [name for name, part in self._parts.items() if part.is_over]
        new = [name for name in names if name not in self._told]
        self._told.update(new)
        return new

    def lines(self) -> list[str]:
        """The parts that are over, in one line; the others, in the order in which they began; the
        picture."""
        going = [part.text for part in self._parts.values() if part.text and not part.is_over]
        over = sum(part.is_over for part in self._parts.values())
        folded = [f"{over} done"] if over else []
        further = [f"and {len(going) - MOST} more"] if len(going) > MOST else []
        return [*folded, *going[:MOST], *further, *self.picture]
