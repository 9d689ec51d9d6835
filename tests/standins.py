"""Stand-ins for public images, made from Debian's packages where nothing can be pulled: the real
programs under the names nginx, postgres, python and redis."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SUITE = "bookworm"
PACKAGES = ("nginx-light", "postgresql", "python3", "python3-pip", "redis-server")
#: What the projects of the tests install by pip: they find it in /wheels, without a network.
WHEELS = ("async-timeout", "flask", "gunicorn", "psycopg[binary]", "redis")
PYTHON = "3.11"  # that of the suite
#: What takes room in a push and is not run; PostgreSQL compiles queries with LLVM, where it may.
UNUSED = (
    "usr/lib/*-linux-gnu/libLLVM*",
    "usr/lib/*-linux-gnu/libz3*",
    "usr/lib/postgresql/*/lib/bitcode",
    "usr/share/doc/*",
    "usr/share/i18n/*",
    "usr/share/locale/*",
    "usr/share/man/*",
    "var/cache/apt/*",
    "var/lib/apt/lists/*",
)
#: What only PostgreSQL and Debian's own tools need: a python image, which tests push, is smaller.
UNUSED_BY_PYTHON = (
    "./usr/lib/postgresql",
    "./usr/lib/*-linux-gnu/libicu*",
    "./usr/lib/*-linux-gnu/libperl*",
    "./usr/lib/*-linux-gnu/perl*",
    "./usr/share/perl*",
    "./usr/share/postgresql",
    "./var/lib/dpkg",
)
WANTED = ("nginx:1.27", "postgres:16", "python:3.12-slim", "redis:7")
#: The images of all programs and of Python alone -> the files that they do without.
BASES = {"ecscli-standin": (), "ecscli-standin-python": UNUSED_BY_PYTHON}
#: What each image runs, as the public one does.
COMMANDS = {
    "nginx": '["nginx", "-g", "daemon off;"]',
    "postgres": '["postgres-standin"]',
    "python": '["python3"]',
    "redis": '["redis-server", "--protected-mode", "no", "--bind", "0.0.0.0"]',
}
# The variables of the public image that a first start needs
POSTGRES = """\
#!/bin/sh
set -e
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
PGDATA=${PGDATA:-/var/lib/postgresql/data}
user=${POSTGRES_USER:-postgres}
[ -z "$POSTGRES_PASSWORD_FILE" ] || POSTGRES_PASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
export PATH PGDATA
mkdir -p "$PGDATA" /run/postgresql
chown postgres "$PGDATA" /run/postgresql
chmod 700 "$PGDATA"
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  echo "$POSTGRES_PASSWORD" >/tmp/password
  chmod 644 /tmp/password
  as_postgres initdb -U "$user" --pwfile=/tmp/password -A scram-sha-256 --no-sync >/dev/null
  rm /tmp/password
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  database=${POSTGRES_DB:-$user}
  [ "$database" = postgres ] ||
    echo "CREATE DATABASE \\"$database\\"" | as_postgres postgres --single postgres >/dev/null
fi
exec setpriv --reuid postgres --regid postgres --init-groups postgres -c listen_addresses='*' -c jit=off
"""


@pytest.fixture(scope="session")
def standins(docker_host: str, pytestconfig: pytest.Config) -> Iterator[str]:
    """The address of an engine that has the images of WANTED; those that it has are left alone."""
    import docker

    client = docker.DockerClient(base_url=docker_host)
    present = {tag for image in client.images.list() for tag in image.tags}
    missing = [name for name in WANTED if name not in present]
    if missing:
        make_images(client, made_trees(Path(pytestconfig.cache.mkdir("standins"))), missing)
    yield docker_host
    for name in (*missing, *BASES) if missing else ():
        client.images.remove(name, force=True)
    client.close()


def made_trees(folder: Path) -> Path:
    """A folder with an archive of Debian and the programs for each base; made once, and kept for
    the next run of the tests."""
    ready = folder / "ready"
    if ready.exists():
        return folder
    if shutil.which("debootstrap") is None or os.geteuid() != 0:
        pytest.skip("debootstrap cannot run here (Debian: debootstrap, as root)")
    tree = folder / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    packages = ",".join(PACKAGES)
    run("debootstrap", "--variant=minbase", f"--include={packages}", SUITE, str(tree))
    add_files(tree)
    for base, unused in BASES.items():
        options = [f"--exclude={pattern}" for pattern in unused]
        run("tar", "-C", str(tree), "-cf", str(folder / f"{base}.tar"), *options, ".")
    shutil.rmtree(tree)
    ready.touch()
    return folder


def run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{words[0]} failed: {(done.stdout + done.stderr)[-300:]}")


def add_files(tree: Path) -> None:
    """What makes Debian's programs answer like those of the public images."""
    wheels = tree / "wheels"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:"]
    run(*pip, "--python-version", PYTHON, "--dest", str(wheels), *WHEELS)
    (tree / "etc/pip.conf").write_text("[global]\nno-index = true\nfind-links = /wheels\n")
    for marker in (tree / "usr/lib").glob("python3*/EXTERNALLY-MANAGED"):
        marker.unlink()
    (tree / "usr/bin/python").symlink_to("python3")
    for program in ("pg_isready", "psql"):
        (version,) = (tree / "usr/lib/postgresql").iterdir()
        target = tree / "usr/local/bin" / program
        target.symlink_to(f"/usr/lib/postgresql/{version.name}/bin/{program}")
    script = tree / "usr/local/bin/postgres-standin"
    script.write_text(POSTGRES)
    script.chmod(0o755)
    for pattern in UNUSED:
        for path in tree.glob(pattern):
            remove(path)


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def make_images(client: Any, archives: Path, names: list[str]) -> None:
    """The bases, and an image for each name, with its command."""
    for base in BASES:
        client.api.import_image_from_file(str(archives / f"{base}.tar"), base, "latest")
    for name in names:
        program = name.partition(":")[0]
        base = "ecscli-standin-python" if program == "python" else "ecscli-standin"
        context = dockerfile(f"FROM {base}\nCMD {COMMANDS[program]}\n")
        client.images.build(fileobj=context, custom_context=True, tag=name, rm=True)


def dockerfile(text: str) -> io.BytesIO:
    """A build context with nothing but a Dockerfile."""
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as tar:
        entry = tarfile.TarInfo("Dockerfile")
        entry.size = len(text)
        tar.addfile(entry, io.BytesIO(text.encode()))
    context.seek(0)
    return context
