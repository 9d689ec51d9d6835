"""What becomes of binds that are no development mounts: baked, an empty volume, the host's path, or
refused with the place."""

from pathlib import Path

import pytest

from ecscli.base.findings import Findings
from ecscli.compose.mounts.small_tree import MOST_FILES, BakedMount
from ecscli.compose.mounts.sort import sort_mounts
from tests.compose.mounts.project import judged, mounts_of, project_of


def baked(directory: Path, *mounts: str) -> tuple[BakedMount, ...]:
    """The files that are baked of the mounts of one service, without errors."""
    text = f"services: {{web: {{image: nginx, volumes: {list(mounts)}}}}}"
    findings = Findings()
    found = sort_mounts(project_of(directory, text), False, findings).baked.get("web", ())
    assert not findings.errors, findings.errors
    return found


def files_of(directory: Path, mount: str) -> list[tuple[str, bool, str | None]]:
    (found,) = baked(directory, mount)
    return [(file.name, bool(file.mode & 0o111), file.link) for file in found.files]


def error_of(directory: Path, mount: str, launch_type: str = "EC2") -> tuple[str, str]:
    """The one error about a mount, with its place, and its hint."""
    text = f"services:\n  web:\n    image: nginx\n    volumes:\n    - '{mount}'\n"
    _, found = judged(directory, text, launch_type)
    (error,) = found.errors
    return f"{error.where}: {error.message}", error.hint or ""


def test_files_and_small_trees_are_baked_with_one_notice(tmp_path: Path) -> None:
    (tmp_path / "conf/sub").mkdir(parents=True)
    (tmp_path / "nginx.conf").write_text("x")
    (tmp_path / "conf/b").write_text("b")
    (tmp_path / "conf/sub/run.sh").write_text("#!")
    (tmp_path / "conf/sub/run.sh").chmod(0o700)
    (tmp_path / "conf/link").symlink_to("sub/run.sh")
    text = """
services:
  web:
    image: nginx
    volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro", "./conf:/etc/x", "data:/d"]
  db: {image: postgres, volumes: ["./conf/b:/b"]}
volumes: {data: }
"""
    definition, found = judged(tmp_path, text)
    assert mounts_of(definition) == [("data", "/d")]
    assert mounts_of(definition, "db") == []
    assert not found.errors
    (notice,) = [one for one in found.notices if "baked" in one.message]
    assert notice.statement.endswith(
        "db: conf/b at /b; web: nginx.conf at /etc/nginx/nginx.conf, conf at /etc/x"
    )
    assert files_of(tmp_path, "./conf:/etc/x") == [
        ("b", False, None),
        ("link", False, "sub/run.sh"),
        ("sub/run.sh", True, None),
    ]
    assert files_of(tmp_path, "./nginx.conf:/etc/x:ro") == [("", False, None)]


@pytest.mark.parametrize(
    ("make", "mount", "expected"),
    [
        ("", "./none.conf:/etc/none.conf", "none.conf does not exist: Docker would mount an empty"),
        ("", "./none:/etc/none:ro", "none does not exist"),
        ("big", "./big:/etc/big", "big has 1.0 MiB, and 1 MiB is the most"),
        ("tree/big", "./tree:/etc/big", "tree/big has 1.0 MiB, and 1 MiB is the most"),
        (
            "many",
            "./many:/x",
            f"many has 0.0 MiB in {MOST_FILES + 1} files, and 8 MiB in 200 files",
        ),
        ("heavy", "./heavy:/x:ro", "heavy has 9.0 MiB in 9 files, and 8 MiB"),
        ("pipe", "./pipe:/x", "pipe is neither a file nor a directory"),
    ],
)
def test_what_cannot_be_baked_is_refused_with_its_place(
    tmp_path: Path, make: str, mount: str, expected: str
) -> None:
    _make(tmp_path, make)
    message, hint = error_of(tmp_path, mount)
    assert message.startswith("compose.yml:5:7: services.web.volumes: "), message
    assert expected in message
    assert hint


def _make(directory: Path, kind: str) -> None:
    if kind in ("many", "heavy", "tree/big"):
        (directory / kind.partition("/")[0]).mkdir()
    if kind in ("big", "tree/big"):
        (directory / kind).write_bytes(b"x" * (1024 * 1024 + 1))
    elif kind == "many":
        for number in range(MOST_FILES + 1):
            (directory / kind / str(number)).touch()
    elif kind == "heavy":
        for number in range(9):
            (directory / kind / str(number)).write_bytes(b"x" * 1024 * 1024)
    elif kind == "pipe":
        import os

        os.mkfifo(directory / kind)


@pytest.mark.parametrize(
    ("link", "mount", "expected"),
    [
        ("conf -> /etc", "./conf:/x", "lies outside of the project"),
        ("conf -> /proc/self", "./conf:/x", "one of the system's own"),
        ("conf -> .git", "./conf:/x", "belongs to git"),
        ("tree/shadow -> /etc/shadow", "./tree:/x", "the link tree/shadow leads out of tree"),
        ("tree/key -> ../id_rsa", "./tree:/x", "the link tree/key leads out of tree"),
        ("tree/top -> /", "./tree:/x", "the link tree/top leads out of tree"),
        ("tree/x -> x", "./.git/config:/x", "belongs to git"),
        ("tree/x -> x", "./tree/../.git:/x", "belongs to git"),
    ],
)
def test_nothing_outside_of_the_project_is_baked(
    tmp_path: Path, link: str, mount: str, expected: str
) -> None:
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (project / ".git/config").write_text("token")
    (project / "id_rsa").write_text("key")
    (project / "tree").mkdir()
    name, _, target = link.partition(" -> ")
    (project / name).symlink_to(target)
    message, _ = error_of(project, mount)
    assert expected in message


def test_what_git_keeps_in_a_tree_is_not_baked(tmp_path: Path) -> None:
    (tmp_path / "site/.git").mkdir(parents=True)
    (tmp_path / "site/.git/config").write_text("token")
    (tmp_path / "site/index.html").write_text("x")
    assert files_of(tmp_path, "./site:/srv") == [("index.html", False, None)]


@pytest.mark.parametrize(
    ("mount", "is_data"),
    [
        ("./empty:/srv/files", True),
        ("./missing:/srv/files", True),
        ("./full:/var/lib/mysql", True),
        ("./full:/var/lib/postgresql/data", True),
        ("./full:/var/lib/grafana/dashboards", False),
        ("./full:/data:ro", False),
        ("./db:/docker-entrypoint-initdb.d", False),
        ("./db:/home/app", True),
        ("./full:/etc/nginx/conf.d", False),
    ],
)
def test_directories_for_data_become_empty_volumes(
    tmp_path: Path, mount: str, is_data: bool
) -> None:
    for name in ("empty", "full", "db"):
        (tmp_path / name).mkdir()
    (tmp_path / "empty/.gitkeep").touch()
    for name in ("full/x", "db/x"):
        (tmp_path / name).write_text("x")
    text = f"services: {{web: {{image: mysql, volumes: ['{mount}']}}}}"
    definition, found = judged(tmp_path, text)
    name = mount[2:].partition(":")[0]
    assert bool(mounts_of(definition)) == is_data
    warnings = [one.message for one in definition.warnings]
    assert any(f"gets the empty volume {name} in its place" in one for one in warnings) == is_data
    assert not found.errors


def test_services_share_a_directory_for_data(tmp_path: Path) -> None:
    text = """
services:
  a: {image: a, volumes: ["./data:/data", "cache:/cache"]}
  b: {image: b, volumes: ["./data:/x", "./other/cache:/y"]}
volumes: {cache: }
"""
    definition, _ = judged(tmp_path, text, "FARGATE")
    assert mounts_of(definition, "a") == [("data", "/data"), ("cache", "/cache")]
    assert mounts_of(definition, "b") == [("data", "/x"), ("cache-2", "/y")]
    assert {volume["name"] for volume in definition.request["volumes"]} == {
        "cache",
        "cache-2",
        "data",
    }


@pytest.mark.parametrize(
    ("mount", "on_ec2", "on_fargate"),
    [
        (
            "/var/run/docker.sock:/var/run/docker.sock",
            "the socket of Docker, through which programs such as Traefik",
            "Fargate has no host for /var/run/docker.sock: the socket of Docker",
        ),
        ("/etc/localtime:/etc/localtime:ro", "the time zone of the machine", ""),
        ("/etc/timezone:/etc/timezone:ro", "the time zone of the machine", ""),
        ("/proc:/host/proc:ro", "the processes of the machine", "Fargate has no host for /proc"),
        ("/sys/fs/cgroup:/x", "the devices and control groups", "Fargate has no host for /sys"),
        ("/dev/ttyUSB0:/dev/x", "the devices of the machine", "Fargate has no host for /dev"),
        ("/:/rootfs:ro", "the whole file system", "Fargate has no host for /: the whole"),
        ("/opt/thing:/x", "", "Fargate has no host whose /opt/thing could be mounted"),
    ],
)
def test_paths_of_the_system(tmp_path: Path, mount: str, on_ec2: str, on_fargate: str) -> None:
    text = f"services: {{web: {{image: a, volumes: ['{mount}']}}}}"
    definition, found = judged(tmp_path, text)
    source = mount.partition(":")[0]
    assert definition.request["volumes"] == [{"name": "volume-0", "host": {"sourcePath": source}}]
    assert any(on_ec2 in one.message for one in found.notices)
    if on_fargate:
        assert on_fargate in error_of(tmp_path, mount, "FARGATE")[0]
        return
    definition, found = judged(tmp_path, text, "FARGATE")
    assert not found.errors
    assert mounts_of(definition) == []
    assert any(f"{source} is left out" in one.message for one in found.notices)


def test_a_volume_above_baked_files_hides_them(tmp_path: Path) -> None:
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme/style.css").write_text("x")
    text = """
services: {web: {image: wordpress, volumes: ["wp:/var/www/html", "./theme:/var/www/html/theme"]}}
volumes: {wp: }
"""
    definition, _ = judged(tmp_path, text)
    assert any(
        "theme is baked into the image at /var/www/html/theme, and what is mounted at"
        " /var/www/html hides it" in one.message
        for one in definition.warnings
    )


def test_the_database_below_baked_files_is_still_known(tmp_path: Path) -> None:
    (tmp_path / "init.sql").write_text("x")
    text = """
services: {db: {image: postgres, volumes: ["pg:/var/lib/postgresql/data", "./init.sql:/i.sql"]}}
volumes: {pg: }
"""
    definition, _ = judged(tmp_path, text, images={"db": "shop/db:c-1"})
    assert any("pg belongs to one task" in one.message for one in definition.warnings)
