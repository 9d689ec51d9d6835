"""The projects of examples/ that have a README: its commands work, in the order in which it shows
them."""

import re
import shutil
from pathlib import Path

import pytest

from ecscli.sandbox import process
from tests.builder import pretend_to_build
from tests.conftest import Cli
from tests.e2e.test_story import ROOT

pytestmark = pytest.mark.process

READMES = sorted((ROOT / "examples").glob("*/README.md"))
PROJECTS = [page.parent for page in READMES if (page.parent / "compose.yaml").exists()]


def sections(page: str) -> list[list[str]]:
    """The commands under each heading that has any."""
    found = []
    for part in re.split(r"^#+ ", page, flags=re.M):
        blocks = re.findall(r"```sh\n(.*?)```", part, re.S)
        lines = [line for block in blocks for line in block.splitlines() if "ecscli " in line]
        found += [lines] if lines else []
    return found


def play(cli: Cli, line: str) -> None:
    """One command as a shell runs it, with the variables before it."""
    words = line.partition("#")[0].split()
    start = words.index("ecscli")
    variables = [word.partition("=") for word in words[:start]]
    done = cli(*words[start + 1 :], **{name: value for name, _, value in variables})
    assert done.code == 0, f"{line}\n{done.out}{done.err}"


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_the_commands_of_a_readme_work(
    sandbox: Cli, project: Path, sandbox_environment: dict[str, str]
) -> None:
    pretend_to_build(sandbox)
    shutil.copytree(project, sandbox.directory, dirs_exist_ok=True)
    played = sections((project / "README.md").read_text())
    assert played
    for lines in played:
        process.reset(sandbox_environment)
        for line in lines:
            play(sandbox, line)
