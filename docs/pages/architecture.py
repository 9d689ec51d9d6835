"""The folders of ecscli -> the table of rooms in docs/architecture.md, from their docstrings."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"
BEGIN = "<!-- This table is made by `make docs` from the docstrings of the packages. -->\n"
END = "<!-- end of the table -->\n"


def page() -> str:
    """The page with the table as it should be; the rest is written by hand."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{''.join(table())}{END}{after}"


def table() -> Iterator[str]:
    yield "| room | contents |\n|---|---|\n"
    for package in sorted((ROOT / "ecscli").rglob("__init__.py")):
        name = package.parent.relative_to(ROOT / "ecscli").as_posix()
        if name != ".":
            yield f"| `{name}/` | {summary(package)} |\n"


def summary(package: Path) -> str:
    """The first paragraph of a package's docstring on one line."""
    text = ast.get_docstring(ast.parse(package.read_text(encoding="utf-8"))) or ""
    paragraph = re.sub(r"\s+", " ", text.partition("\n\n")[0])
    return paragraph.replace("->", "→").replace("|", "\\|")
