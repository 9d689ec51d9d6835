"""The state directory of a sandbox: nobody else's, written by nobody else, and no link in it is
followed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ecscli.base.errors import EcsCliError
from ecscli.sandbox import process
from ecscli.sandbox.__main__ import main
from ecscli.sandbox.place import Place
from tests.conftest import Cli

FILES = ["server.log", "starting.lock", "alive.lock", "server.json"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path / "state")
    place.make()
    return place


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_directory_is_private_and_so_is_every_file(place: Place) -> None:
    assert mode(place.directory) == 0o700
    old = os.umask(0)
    try:
        for name in FILES[:-1]:
            place.open(place.directory / name, "w").close()
        place.write({"url": "u", "pid": 1})
    finally:
        os.umask(old)
    assert {name: mode(place.directory / name) for name in FILES} == dict.fromkeys(FILES, 0o600)


def test_a_file_that_others_could_read_becomes_private(place: Place) -> None:
    place.log.write_text("older")
    place.log.chmod(0o666)
    place.open(place.log, "wb").close()
    assert mode(place.log) == 0o600


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("how", ["r", "r+", "w", "wb", "a"])
def test_no_link_is_followed(place: Place, tmp_path: Path, name: str, how: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (place.directory / name).symlink_to(victim)
    with pytest.raises(EcsCliError, match="symbolic link") as caught:
        place.open(place.directory / name, how)
    assert f"rm {place.directory / name}" in str(caught.value.hint)
    assert victim.read_text() == "precious"


def test_a_record_replaces_a_link_and_leaves_what_it_led_to(place: Place, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    place.record.symlink_to(victim)
    place.write({"url": "u", "pid": 1})
    assert victim.read_text() == "precious"
    assert place.read() == {"url": "u", "pid": 1}


@pytest.mark.parametrize("how", ["r", "r+", "w", "a"])
def test_what_is_no_file_is_neither_waited_for_nor_used(place: Place, how: str) -> None:
    os.mkfifo(place.log)
    with pytest.raises(EcsCliError, match=r"server\.log"):
        place.open(place.log, how)


@pytest.mark.parametrize("bits", [0o770, 0o707, 0o720, 0o702, 0o1777])
def test_a_directory_that_others_can_write_to_is_refused(place: Place, bits: int) -> None:
    place.directory.chmod(bits)
    for action in (
        place.make,
        place.read,
        lambda: place.write({}),
        lambda: place.open(place.log, "w"),
    ):
        with pytest.raises(EcsCliError, match="others can write to") as caught:
            action()
        assert f"chmod go-w {place.directory}" in str(caught.value.hint)
    assert list(place.directory.iterdir()) == []


@pytest.mark.parametrize("bits", [0o700, 0o755, 0o750])
def test_a_directory_that_others_can_read_will_do(place: Place, bits: int) -> None:
    place.directory.chmod(bits)
    place.make()


def test_a_directory_of_somebody_else_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = place.directory.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(EcsCliError, match=f"belongs to another user .uid {owner}.") as caught:
        place.make()
    assert "ECSCLI_SANDBOX_DIR" in str(caught.value.hint)


def test_a_file_of_somebody_else_is_refused(place: Place) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a file of another user")
    place.log.write_text("")
    os.chown(place.log, 12345, 12345)
    with pytest.raises(EcsCliError, match="not a file of yours"):
        place.open(place.log, "w")


def test_a_directory_that_is_a_link_is_refused(place: Place, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(place.directory)
    with pytest.raises(EcsCliError, match="links are not followed"):
        Place(link).make()


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EcsCliError, match="Not a directory"):
        Place(tmp_path / "file" / "state").make()


@pytest.mark.parametrize("name", ["server.log", "starting.lock", "alive.lock"])
def test_a_start_follows_no_link(tmp_path: Path, name: str) -> None:
    """What an older version, or somebody with access for a while, may have left behind."""
    state, victim = tmp_path / "state", tmp_path / "victim"
    state.mkdir(mode=0o700)
    victim.write_text("precious")
    (state / name).symlink_to(victim)
    environment = {**os.environ, "ECSCLI_SANDBOX_DIR": str(state), "ECSCLI_SANDBOX_PORT": "0"}
    with pytest.raises(EcsCliError, match="symbolic link"):
        process.start(environment, process.Options())
    assert victim.read_text() == "precious"


def test_the_server_itself_refuses_as_well(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.directory.chmod(0o777)
    assert main(["--state", str(place.directory)]) == 1
    assert "others can write to" in capsys.readouterr().err


def test_the_command_says_what_to_do(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    for verb in ("start", "status", "stop", "reset", "logs"):
        done = cli("sandbox", verb, ECSCLI_SANDBOX_DIR=str(tmp_path / "open"))
        assert done.code == 1
        assert "chmod go-w" in done.err
        assert "Traceback" not in done.err
