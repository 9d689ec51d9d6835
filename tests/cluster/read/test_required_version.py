"""`required-version` of ecs-cluster.yml comes before everything else in the file."""

from pathlib import Path

import pytest

from ecscli.base.errors import InputError
from ecscli.cluster.read import infra_file


def refusal(directory: Path, text: str) -> str:
    (directory / infra_file.FILE).write_text(text)
    with pytest.raises(InputError) as caught:
        infra_file.identity(directory)
    for_commands = "\n".join(caught.value.lines())
    with pytest.raises(InputError) as caught:
        infra_file.load(directory / infra_file.FILE, infra_file.FILE)
    assert "\n".join(caught.value.lines()) == for_commands
    return for_commands


def test_a_file_of_a_later_version_says_so_before_its_unknown_keys(tmp_path: Path) -> None:
    text = 'cluster: demo\nrequired-version: ">=99"\nunknown-yet: true\n'
    said = refusal(tmp_path, text)
    assert said.startswith("ecs-cluster.yml:2:19: the file needs ecscli >=99, and this is ")
    assert "unknown-yet" not in said


@pytest.mark.parametrize("value", ["0.2", "[1]", "newest", "''"])
def test_what_is_no_requirement_is_refused_with_its_place(tmp_path: Path, value: str) -> None:
    said = refusal(tmp_path, f"required-version: {value}\n")
    assert said.startswith("ecs-cluster.yml:1:19: required-version: ")


def test_a_file_of_this_version_is_read(tmp_path: Path) -> None:
    (tmp_path / infra_file.FILE).write_text('required-version: ">=0.2"\ncluster: demo\n')
    assert infra_file.identity(tmp_path).cluster == "demo"
    assert infra_file.load(tmp_path / infra_file.FILE, infra_file.FILE)["cluster"] == "demo"
