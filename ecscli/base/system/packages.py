"""How an extra of ecscli is installed beside the ecscli that runs: from the checkout or the file
that it came from, or by its name from an index.

Source: PEP 610, which says what pip writes into direct_url.json.
"""

from __future__ import annotations

import json
import shlex
import sys
from importlib import metadata
from urllib.parse import unquote, urlsplit

PACKAGE = "ecscli"


def how_to_install(extra: str) -> str:
    """The command, with this Python."""
    words = [sys.executable, "-m", "pip", "install", *_what(extra, _direct_url())]
    return shlex.join(words)


def _what(extra: str, origin: dict[str, object]) -> list[str]:
    """What pip is to install, by what it noted when it installed ecscli."""
    url = str(origin.get("url", ""))
    if not url:
        return [f"{PACKAGE}[{extra}]"]
    details = origin.get("dir_info")
    if isinstance(details, dict):
        path = f"{unquote(urlsplit(url).path)}[{extra}]"
        return ["--editable", path] if details.get("editable") else [path]
    return [f"{PACKAGE}[{extra}] @ {_reference(url, origin.get('vcs_info'))}"]


def _reference(url: str, checkout: object) -> str:
    """The address of an archive; that of a repository with the commit that was installed."""
    if not isinstance(checkout, dict):
        return url
    return f"{checkout.get('vcs')}+{url}@{checkout.get('commit_id')}"


def _direct_url() -> dict[str, object]:
    """Empty where ecscli came from an index, or was not installed at all."""
    try:
        text = metadata.distribution(PACKAGE).read_text("direct_url.json")
        found = json.loads(text or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
