"""Every folder of tests/compose/load is one rule of loading: its files, and the project or the
messages that they give.

`run.json`, where there is one, holds the LoadOptions that differ from none: files, environment,
profiles and so on. `expected.yaml` is what `compose config` prints, `<here>` being the folder;
`errors.txt` are the lines of the error; `warnings.txt` those of the warnings.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecscli.base.errors import Finding, InputError
from ecscli.base.yaml import yamlio
from ecscli.compose.dialect import TODAY
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.project.config import configuration
from ecscli.compose.project.model import Project

RULES = Path(__file__).parent / "load"
FOLDERS = sorted(
    path.parent for name in ("expected.yaml", "errors.txt") for path in RULES.rglob(name)
)


def options(folder: Path, **changes: object) -> LoadOptions:
    given = json.loads((folder / "run.json").read_text()) if (folder / "run.json").exists() else {}
    defaults = {
        "directory": str(folder),
        "environment": {"HOME": "/home/me"},
        "project_name": folder.name,
    }
    return LoadOptions(**{**defaults, **given, **changes})


def shown(text: str, folder: Path) -> str:
    return text.replace(str(folder), "<here>").replace(
        str(folder.relative_to(Path.cwd())), "<here>"
    )


def lines(findings: tuple[Finding, ...]) -> str:
    return "".join(f"{line}\n" for finding in findings for line in finding.lines())


def expected(folder: Path, name: str) -> str:
    path = folder / name
    return path.read_text() if path.exists() else ""


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(RULES)))
def test_the_files_give_the_expected_project_or_messages(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parent.parent.parent)
    if (folder / "errors.txt").exists():
        with pytest.raises(InputError) as caught:
            load_project(options(folder))
        assert shown("".join(f"{line}\n" for line in caught.value.lines()), folder) == expected(
            folder, "errors.txt"
        )
        return
    project = load_project(options(folder))
    assert shown(yamlio.dump(configuration(project)), folder) == expected(folder, "expected.yaml")
    assert shown(lines(project.warnings), folder) == expected(folder, "warnings.txt")


@pytest.mark.parametrize(
    "folder",
    [f for f in FOLDERS if (f / "expected.yaml").exists()],
    ids=lambda folder: str(folder.relative_to(RULES)),
)
def test_what_config_prints_loads_to_the_same_project(folder: Path, tmp_path: Path) -> None:
    project = load_project(options(folder))
    if project.dialect != TODAY:
        pytest.skip(
            "config prints today's language, whose rules of paths and variables are not the"
            " original's"
        )
    (tmp_path / "compose.yaml").write_text(yamlio.dump(configuration(project)))
    again = load_project(LoadOptions(str(tmp_path), {}, profiles=["*"]))
    assert bare(again) == bare(project)


def bare(project: Project) -> object:
    """A project without its places in files."""
    return json.loads(json.dumps(configuration(project))), [
        unmarked(service) for service in project.services
    ]


def unmarked(value: object) -> object:
    if hasattr(value, "__fields__"):
        skipped = ("mark", "tree", "options")
        fields = [name for name in value.__fields__ if name not in skipped]
        return {name: unmarked(getattr(value, name)) for name in fields}
    return [unmarked(item) for item in value] if isinstance(value, tuple) else value
