"""Files that travel with the package: from inside the installed package, else from the checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]


def find(name: str) -> Path:
    """The path of a shipped file such as ``templates/cluster.yaml``.

    Wheels carry ``templates/`` inside the package; an editable install has it beside the package.
    """
    for root in (PACKAGE, PACKAGE.parent):
        if (root / name).exists():
            return root / name
    raise FileNotFoundError(f"{name} is not part of this installation")


def read(name: str) -> str:
    """The text of a shipped file."""
    return find(name).read_text(encoding="utf-8")
