"""The pages, and parts of pages, that are made from the code: `make docs` writes them all, and
tests/test_docs.py fails where one is out of date."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

from docs.pages import (  # noqa: E402
    architecture,
    commands,
    compose_support,
    ecs_params,
    help,
    json_documents,
    requests,
)

PAGES: Mapping[str, Callable[[], str]] = {
    "architecture.md": architecture.page,
    "commands.md": commands.page,
    "compose-support.md": compose_support.page,
    "ecs-params.md": ecs_params.page,
    "json.md": json_documents.page,
    "requests.md": requests.page,
    "../ecscli/help.txt": help.page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
