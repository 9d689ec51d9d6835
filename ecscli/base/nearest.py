"""A word that nobody knows -> the known word that was probably meant, for "did you mean" hints."""

from __future__ import annotations

from collections.abc import Iterable, Sized

MOST_KNOWN = 300  # beyond it comparing takes longer than a hint is worth


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to `word`, or None where nothing is close enough to be worth
    saying."""
    if isinstance(known, Sized) and len(known) > MOST_KNOWN:
        return None
    from difflib import get_close_matches

    candidates = sorted(known)
    folded = {candidate.lower().replace("-", "_"): candidate for candidate in reversed(candidates)}
    close = get_close_matches(word.lower().replace("-", "_"), folded, n=1, cutoff=0.66)
    return folded[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint for a finding: `did you mean "ports"?`, or None."""
    meant = nearest(word, known)
    return f'did you mean "{meant}"?' if meant else None
