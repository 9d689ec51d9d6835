"""The guides: typed as they stand, each from an empty directory."""

import re
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.e2e.test_story import ROOT

pytestmark = [pytest.mark.process, pytest.mark.slow]

BLOCK = re.compile(r"^```(sh|yaml)\n(.*?)^```$", re.S | re.M)
FILE = re.compile(r"# (\S+)\n")
CODE = re.compile(r"# exit code (\d+)")
PAGES = sorted((ROOT / "docs" / "guides").glob("*.md"))
GUIDES = [page for page in PAGES if "```sh\n" in page.read_text()]


def type_in(cli: Cli, line: str) -> None:
    """One command, with the variables before it; its comment may name the exit code."""
    command, _, comment = line.partition("  #")
    expected = CODE.match(f"#{comment}")
    words = command.split()
    start = words.index("ecscli")
    variables = dict(word.split("=", 1) for word in words[:start])
    done = cli(*words[start + 1 :], **variables)
    assert done.code == int(expected[1] if expected else 0), f"{line}\n{done.out}{done.err}"


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_guide_can_be_typed(sandbox: Cli, guide: Path) -> None:
    for kind, text in BLOCK.findall(guide.read_text()):
        if kind == "yaml":
            if name := FILE.match(text):
                sandbox.write(name[1], text)
            continue
        for line in text.splitlines():
            type_in(sandbox, line)
