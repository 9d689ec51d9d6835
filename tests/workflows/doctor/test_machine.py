"""What `doctor` says about a machine that lacks what some commands need."""

import importlib.util
from pathlib import Path

import pytest

from ecscli.workflows.doctor.machine import look_at_machine
from ecscli.workflows.doctor.model import ABSENT, OK, Row


def rows(**environment: str) -> dict[str, Row]:
    return {row.topic: row for row in look_at_machine({"PATH": "", **environment})}


def test_without_an_engine_nothing_is_said_of_builders(tmp_path: Path) -> None:
    found = rows(DOCKER_HOST=f"unix://{tmp_path}/docker.sock")
    assert found["Python"].state == OK
    assert found["Docker engine"].state == ABSENT
    assert "DOCKER_HOST" in found["Docker engine"].remedy
    assert "image builder" not in found


def test_an_extra_that_is_not_installed_comes_with_its_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in ("moto", "docker") else find(name)
    )
    found = rows()
    assert [found[f"extra {extra}"].state for extra in ("sandbox", "docker")] == [ABSENT, ABSENT]
    assert "[sandbox]" in found["extra sandbox"].remedy
    assert "Docker engine" not in found


def test_the_plugin_is_shown_with_its_version(tmp_path: Path) -> None:
    plugin = tmp_path / "session-manager-plugin"
    plugin.write_text("#!/bin/sh\necho 1.2.707.0\n")
    plugin.chmod(0o755)
    found = rows(PATH=str(tmp_path))["Session Manager plugin"]
    assert (found.state, found.detail) == (OK, "1.2.707.0")


def test_without_the_plugin_its_installation_is_named() -> None:
    found = rows()["Session Manager plugin"]
    assert found.state == ABSENT
    assert "install" in found.remedy
