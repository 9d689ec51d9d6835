"""The files of ~/.ecs and ~/.aws as they should not be: raced for, locked, directories, not UTF-8,
half INI."""

import ctypes
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecscli.base.errors import InputError
from ecscli.config import stored, writing
from tests.conftest import Cli

KEYS = ("--access-key", "AKIAEXPLICIT", "--secret-key", "explicit-secret-key-of-a-user")


@pytest.fixture
def home(cli: Cli) -> Path:
    return Path(cli.environment["HOME"])


@pytest.fixture
def without_privilege() -> Iterator[None]:
    """Modes of files count for root too: the capabilities that pass over them are laid down for the
    test."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    before, now = (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()
    if libc.capget(header, before) or libc.capget(header, now):
        pytest.skip("this system has no capabilities to lay down")
    now[0] &= ~0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    libc.capset(header, now)
    yield
    libc.capset(header, before)


# ------------------------------------------------------------------ two at once


def test_entries_that_are_stored_at_the_same_time_are_all_there(cli: Cli, home: Path) -> None:
    region = ("--region", "us-east-1")
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "ecscli",
                "configure",
                *region,
                "--cluster",
                "c",
                "--config-name",
                f"n{number}",
            ],
            env={**cli.environment, "PYTHONPATH": str(Path(__file__).parents[2])},
            stderr=subprocess.DEVNULL,
        )
        for number in range(6)
    ]
    assert [process.wait(60) for process in processes] == [0] * 6
    file = stored.read(home / ".ecs" / "config", stored.CLUSTERS)
    assert file is not None
    assert file.names() == tuple(f"n{number}" for number in range(6))


def test_a_change_waits_until_the_one_before_is_written(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ecscli.config import writing\n"
        "with writing.locked(Path(sys.argv[1])):\n    print('mine', flush=True)"
    )
    with writing.locked(tmp_path):
        other = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(0.5)
    out, _ = other.communicate(timeout=30)
    assert out == "mine\n"
    assert stat.S_IMODE((tmp_path / writing.LOCK).stat().st_mode) == 0o600


def test_what_a_killed_configure_left_is_gone_after_the_next(cli: Cli, home: Path) -> None:
    code = (
        "import os, signal; from ecscli import cli\n"
        "os.replace = lambda *paths: os.kill(os.getpid(), signal.SIGKILL)\n"
        "cli.run(['configure', '--cluster', 'c', '--region', 'us-east-1'])"
    )
    environment = {**cli.environment, "PYTHONPATH": str(Path(__file__).parents[2])}
    killed = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(list((home / ".ecs").glob(".config.*"))) == 1
    assert cli("configure", "--cluster", "c", "--region", "us-east-1").code == 0
    assert sorted(path.name for path in (home / ".ecs").iterdir()) == [".lock", "config"]


def test_the_lock_does_not_follow_a_link(tmp_path: Path) -> None:
    (tmp_path / writing.LOCK).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Exception, match="cannot be written"), writing.locked(tmp_path):
        pass
    assert not (tmp_path / "elsewhere").exists()


# ------------------------------------------------------- locked, or no files at all


def test_a_locked_directory_of_the_aws_cli_is_named(
    cli: Cli, home: Path, without_privilege: None
) -> None:
    (home / ".aws").mkdir(mode=0o700)
    (home / ".aws" / "config").write_text("[default]\nregion = eu-west-1\n")
    (home / ".aws").chmod(0)
    try:
        no_region = cli("ps", "--cluster", "demo")
        no_login = cli("ps", "--cluster", "demo", "--region", "us-east-1")
        no_profile = cli("ps", "--cluster", "demo", "--region", "us-east-1", "--aws-profile", "x")
    finally:
        (home / ".aws").chmod(0o700)
    assert (no_region.code, no_login.code, no_profile.code) == (2, 4, 4)
    for done in (no_region, no_login, no_profile):
        assert f"{home}/.aws/config cannot be read: Permission denied" in done.err


def test_a_locked_directory_that_nobody_needs_is_passed_over(
    cli: Cli, home: Path, without_privilege: None
) -> None:
    (home / ".aws").mkdir(mode=0)
    cli.write("docker-compose.yml", "services:\n  web:\n    image: nginx\n    mem_limit: 100m\n")
    try:
        assert cli("compose", "render").code == 0
    finally:
        (home / ".aws").chmod(0o700)


@pytest.mark.parametrize("name", ["config", "credentials"])
def test_a_locked_file_of_ours_is_named(
    cli: Cli, home: Path, without_privilege: None, name: str
) -> None:
    path = home / ".ecs" / name
    path.parent.mkdir()
    path.touch(mode=0)
    done = cli("configure", "show")
    assert done.code == 2
    assert f"{path}: the file cannot be read: Permission denied" in done.err


DIRECTORIES = (
    ("home/.ecs/config", ("configure", "show")),
    ("home/.ecs/config", ("configure", "--cluster", "x", "--region", "us-east-1")),
    ("home/.ecs/config", ("configure", "migrate", "--force")),
    ("home/.ecs/credentials", ("configure", "show")),
    ("home/.ecs/credentials", ("configure", "profile", *KEYS)),
    ("home/.aws/config", ("ps", "--cluster", "x")),
    ("home/.aws/config", ("ps", "--cluster", "x", "--region", "us-east-1")),
    ("home/.aws/credentials", ("ps", "--cluster", "x", "--region", "us-east-1")),
    ("project/compose.yaml", ("compose", "config")),
    ("project/ecs-params.yml", ("compose", "render")),
    ("project/ecs-params.yml", ("compose", "check")),
    ("project/ecs-registry-creds_20260101T000000Z.yml", ("compose", "render")),
    ("project/web.env", ("compose", "config")),
    ("project/ecs-cluster.yml", ("render",)),
    ("project/given", ("compose", "-f", "given", "config")),
    ("project/given", ("compose", "--env-file", "given", "config")),
    ("project/given", ("registry-creds", "up", "given", "--no-role")),
)


@pytest.mark.parametrize(("path", "command"), DIRECTORIES)
def test_a_directory_in_place_of_a_file_is_named(
    cli: Cli, path: str, command: tuple[str, ...]
) -> None:
    if path.rpartition("/")[2] != "compose.yaml":
        cli.write(
            "compose.yaml",
            "services:\n  web:\n    image: nginx\n    mem_limit: 100m\n    env_file: web.env\n",
        )
    place = cli.directory.parent / path
    place.mkdir(parents=True)
    if place.name != "web.env":
        cli.write("web.env", "A=1\n")
    done = cli(*command)
    printed = done.out + done.err
    assert done.code in (1, 2, 4)
    assert place.name in printed
    assert "directory" in printed
    assert "bug" not in printed


# --------------------------------------------------------------------------- UTF-8


def test_text_that_is_not_utf8_is_never_stored(cli: Cli, home: Path) -> None:
    done = cli("configure", "--cluster", "a\udcff", "--region", "us-east-1")
    assert done.code == 2
    assert "argument 3 is not UTF-8: byte 0xff at character 2" in done.err
    assert cli("configure", "--region", "us-east-1", ECS_CLUSTER="a\udcff").code == 2
    assert not (home / ".ecs").exists()
    done = cli("configure", "profile", "--access-key", "A", "--secret-key", "hunter2hunter2\udcff")
    assert done.code == 2
    assert "byte 0xff" in done.err
    assert "hunter2" not in done.err
    file = stored.new(home / "config", stored.CLUSTERS)
    file.put("a", {"cluster": "a\udcff"})
    with pytest.raises(InputError, match="cannot be stored"):
        file.save()


@pytest.mark.parametrize(
    "text",
    [
        "services: {web: {image: 'a$X', mem_limit: 100m}}",
        "services: {web: {image: a, mem_limit: 100m, environment: [X]}}",
    ],
)
@pytest.mark.parametrize("verb", ["config", "check", "render"])
def test_a_variable_that_is_not_utf8_is_named(cli: Cli, text: str, verb: str) -> None:
    cli.write("compose.yaml", text)
    done = cli("compose", verb, X="caf\udce9")
    assert done.code == 2
    assert "the text is not UTF-8" in done.out + done.err
    assert "set X to a text in UTF-8" in done.out + done.err


def test_a_variable_that_nobody_names_may_hold_anything(cli: Cli) -> None:
    cli.write("compose.yaml", "services: {web: {image: a, mem_limit: 100m}}")
    assert cli("compose", "config", LESS_TERMCAP="caf\udce9").code == 0


@pytest.mark.parametrize("name", ["config", "credentials"])
def test_a_stored_file_that_is_not_utf8_is_named_with_its_place(
    cli: Cli, home: Path, name: str
) -> None:
    (home / ".ecs").mkdir()
    (home / ".ecs" / name).write_bytes(b"version: v1\ndefault: caf\xe9\n")
    done = cli("configure", "show")
    assert done.code == 2
    assert f"{home}/.ecs/{name}:2:13: byte 0xe9 is not UTF-8" in done.err


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_a_stream_that_is_not_unicode_is_no_bug(cli: Cli, encoding: str) -> None:
    cli.write("compose.yaml", "services: {web: {image: a, mem_limit: 100m, environment: {A: é→}}}")
    words = [sys.executable, "-m", "ecscli", "compose", "config"]
    environment = {
        **cli.environment,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONIOENCODING": encoding,
    }
    done = subprocess.run(
        words, env=environment, cwd=cli.directory, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert rb'A: "\xE9\u2192"' in done.stdout


# ------------------------------------------------------------- INI, keys and tokens


@pytest.mark.parametrize("before", ["cluster = demo", "cluster"])
def test_a_value_of_the_old_form_that_goes_on_is_refused_with_its_place(
    cli: Cli, home: Path, before: str
) -> None:
    (home / ".ecs").mkdir()
    (home / ".ecs" / "config").write_text(f"[ecs]\n{before}\n  more\n")
    done = cli("configure", "show")
    assert done.code == 2
    assert f"{home}/.ecs/config:3:3: a value cannot go on in a second line" in done.err


def test_the_indentation_of_the_old_form_means_nothing(cli: Cli, home: Path) -> None:
    (home / ".ecs").mkdir()
    (home / ".ecs" / "config").write_text(
        "[ecs]\ncluster = demo\n    region = eu-west-1\n  ; a remark\n\n"
    )
    shown = cli("configure", "show", "--output", "json").json
    assert (shown["cluster"]["value"], shown["region"]["value"]) == ("demo", "eu-west-1")


def test_what_is_no_ini_is_not_quoted(cli: Cli, home: Path) -> None:
    (home / ".ecs").mkdir()
    (home / ".ecs" / "config").write_text("s3cret-before-any-section\n[ecs]\n")
    done = cli("configure", "show")
    assert f"{home}/.ecs/config:1:1: this line is not INI" in done.err
    assert "s3cret" not in done.err


def test_a_session_token_is_stored_with_its_own_keys_alone(cli: Cli, home: Path) -> None:
    mine = {
        "AWS_ACCESS_KEY_ID": "AKIAOTHER",
        "AWS_SECRET_ACCESS_KEY": "other-secret",
        "AWS_SESSION_TOKEN": "token-1",
    }
    other = cli("configure", "profile", "--profile-name", "a", *KEYS, **mine)
    assert "AWS_SESSION_TOKEN belongs to other keys" in other.err
    cli("configure", "profile", "--profile-name", "b", **mine)
    cli("configure", "profile", "--profile-name", "c", *KEYS, "--session-token", "token-2", **mine)
    file = stored.read(home / ".ecs" / "credentials", stored.PROFILES)
    assert file is not None
    tokens = {name: entry.get("aws_session_token") for name in "abc" if (entry := file.entry(name))}
    assert tokens == {"a": "", "b": "token-1", "c": "token-2"}


PASSWORDS = (
    "*s3cret",
    "&s3cret x: y",
    "!s3cret x",
    "!<s3cret",
    "%s3cret",
    "@s3cret",
    "`s3cret",
    '"s3cret\\q"',
    "s3: s3cret: x",
)


@pytest.mark.parametrize("password", PASSWORDS)
def test_an_error_of_yaml_quotes_no_value(cli: Cli, home: Path, password: str) -> None:
    text = (
        "services:\n  web:\n    image: a\n    mem_limit: 100m\n    environment:\n      PASSWORD:"
        f" {password}\n"
    )
    cli.write("compose.yaml", text)
    (home / ".ecs").mkdir()
    (home / ".ecs" / "credentials").write_text(
        f"ecs_profiles:\n  a:\n    aws_secret_access_key: {password}\n"
    )
    for command in (("compose", "check"), ("configure", "show"), ("compose", "render")):
        done = cli(*command)
        assert "s3cret" not in done.err + done.out.replace("PASSWORD", ""), command


# ------------------------------------------------------------------------ addresses


def test_the_password_of_an_endpoint_is_not_shown(cli: Cli) -> None:
    address = "http://user:s3cret@127.0.0.1:9"
    keys = {
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_SECRET_ACCESS_KEY": "k",
        "AWS_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
    }
    for form in ("text", "json"):
        shown = cli("--endpoint", address, "configure", "show", "--output", form, **keys)
        assert "http://user:***@127.0.0.1:9" in shown.out
    failed = cli("--endpoint", address, "ps", "--cluster", "x", **keys)
    by_variable = cli("ps", "--cluster", "x", AWS_ENDPOINT_URL=address, **keys)
    for done in (failed, by_variable):
        assert done.code == 1
        assert "s3cret" not in done.err
        assert "127.0.0.1:9" in done.err


# ------------------------------------------------------------------ not regular


@pytest.mark.parametrize("name", [".ecs/config", ".ecs/credentials"])
def test_a_pipe_in_the_place_of_a_stored_file_is_refused_at_once(
    cli: Cli, home: Path, name: str
) -> None:
    pipe = make_pipe(home / name)
    done = cli("configure", "show", "--region", "us-east-1")
    assert done.code == 2
    assert f"{pipe}: the file cannot be read: it is a pipe" in done.err


@pytest.mark.parametrize("name", [".aws/config", ".aws/credentials"])
def test_a_pipe_in_the_place_of_a_file_of_the_aws_cli_is_not_waited_for(
    cli: Cli, home: Path, name: str
) -> None:
    pipe = make_pipe(home / name)
    done = cli("ps", "--cluster", "demo")
    assert done.code == 2
    assert f"{pipe} cannot be read: it is a pipe: no region is set" in done.err


def test_files_of_the_aws_cli_may_be_none(cli: Cli) -> None:
    variables = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    done = cli("ps", "--cluster", "demo", **variables)
    assert "error: no region is set" in done.err


def make_pipe(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)
    return path
