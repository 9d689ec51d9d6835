"""A word that nobody knows -> the known word that was probably meant, for "did you mean" hints."""

from __future__ import annotations

from collections.abc import Iterable, Sized

MOST_KNOWN = 300  # beyond it comparing takes longer than a hint is worth
CLOSE = 0.66  # share of letters in common that difflib asks for


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to `word`, or None where nothing is close enough for a hint."""
    if isinstance(known, Sized) and len(known) > MOST_KNOWN:
        return None
    from difflib import get_close_matches

    first_last = sorted(known, reverse=True)  # of words that fold alike, the first one stays
    folded = {_fold(candidate): candidate for candidate in first_last}
    close = get_close_matches(_fold(word), folded, n=1, cutoff=CLOSE)
    return folded[close[0]] if close else None


def _fold(word: str) -> str:
    return word.lower().replace("-", "_")


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint for a finding: `did you mean "ports"?`, or None."""
    meant = nearest(word, known)
    return f'did you mean "{meant}"?' if meant else None
