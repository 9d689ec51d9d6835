"""The files of ~/.ecs: ecs-cli's bytes, what it does not know kept, and nobody else
reading."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecscli.base.errors import EcsCliError
from ecscli.config import stored, writing
from ecscli.config.stored import CLUSTERS
from tests.conftest import Cli

WRITTEN = """\
version: v1
default: default
clusters:
  default:
    cluster: c1
    region: us-east-1
    default_launch_type: ""
"""
FOREIGN = """\
version: v1
default: b10
owner: {team: "007", on: true}
clusters:
  b10: {cluster: old, region: us-east-1, retries: 3, compose-service-name-prefix: x-}
"""


def entry(cluster: str = "c1") -> dict[str, str | None]:
    return {
        "cluster": cluster,
        "region": "us-east-1",
        "compose-service-name-prefix": None,
        "default_launch_type": "",
    }


def test_a_new_file_has_the_bytes_of_the_original(tmp_path: Path) -> None:
    file = stored.new(tmp_path / ".ecs" / "config", CLUSTERS)
    file.put("default", entry())
    file.save()
    assert file.path.read_text() == WRITTEN
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


def test_what_ecscli_does_not_know_survives_a_rewrite(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(FOREIGN)
    path.chmod(0o644)
    file = stored.read(path, CLUSTERS)
    assert file is not None
    file.put("b10", entry("new"))
    file.put("b9", entry("123"))
    file.save()
    text = path.read_text()
    assert 'owner: {team: "007", on: true}' in text
    assert "retries: 3" in text
    assert "compose-service-name-prefix" not in text, (
        "a known key that is not given is reset, as in ecs-cli"
    )
    assert text.index("b9:") < text.index("b10:")
    assert 'cluster: "123"' in text
    assert file.default == "b10"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [item.name for item in tmp_path.iterdir()] == ["config"], "no temporary file is left"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "config").symlink_to(tmp_path / "dotfiles" / "config")
    writing.write_private(tmp_path / "config", "text")
    assert (tmp_path / "config").is_symlink()
    assert (tmp_path / "dotfiles" / "config").read_text() == "text"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EcsCliError, match="cannot be written"):
        writing.write_private(tmp_path / "file" / "config", "text")


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=12), max_size=4))
def test_any_text_reads_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("stored") / "credentials"
    file = stored.new(path, stored.PROFILES)
    file.put("name", values)
    file.save()
    again = stored.read(path, stored.PROFILES)
    assert again is not None
    found = again.entry("name")
    assert found is not None
    assert dict(found.values) == values


@pytest.mark.parametrize("value", ["[a]", "{a: b}"])
@pytest.mark.parametrize("key", ["cluster", "region", "default_launch_type"])
def test_a_stored_value_that_is_no_text_is_refused_where_it_stands(
    cli: Cli, key: str, value: str
) -> None:
    path = cli.write(
        "../home/.ecs/config", f"version: v1\ndefault: x\nclusters:\n  x:\n    {key}: {value}\n"
    )
    refused = cli("ps")
    assert refused.code == 2
    assert f"{path.resolve()}:5:{len(key) + 7}: {key} must be text" in refused.err
