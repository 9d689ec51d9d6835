"""A real Docker engine for the tests that need one: the one here, else started for the session."""

import importlib.util
import io
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

NET = "172.30.0.1/24"


def answers(host: str) -> bool:
    """Whether a Docker engine answers at this address."""
    import docker

    if host.startswith("unix://"):
        with socket.socket(
            socket.AF_UNIX
        ) as probe:  # the SDK does not close one that does not connect
            if probe.connect_ex(host.removeprefix("unix://")) != 0:
                return False
    client = docker.APIClient(base_url=host, version="1.41", timeout=10)
    try:
        return bool(client.ping())
    except (docker.errors.DockerException, requests.exceptions.RequestException):
        return False
    finally:
        client.close()


def wait_until(done: object, process: subprocess.Popen[bytes], limit: float = 30) -> bool:
    assert callable(done)
    end = time.monotonic() + limit
    while time.monotonic() < end and process.poll() is None:
        if done():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture(scope="session")
def docker_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an engine: DOCKER_HOST, the usual one, or one of our own with a data root of
    its own."""
    for host in (os.environ.get("DOCKER_HOST", ""), "unix:///var/run/docker.sock"):
        if host and answers(host):
            yield host
            return
    if shutil.which("dockerd") is None or os.geteuid() != 0:
        pytest.skip(
            "no Docker engine answers, and dockerd cannot be started here (Debian: docker.io, as"
            " root)"
        )
    place = tmp_path_factory.mktemp("docker")
    host = f"unix://{place}/docker.sock"
    with (place / "log").open("wb") as log:
        engine = subprocess.Popen(
            f"dockerd --data-root {place}/data --exec-root {place}/exec -H {host} -p {place}/pid"
            f" --bip {NET}".split(),
            stdout=log,
            stderr=log,
        )
    try:
        if not wait_until(lambda: answers(host), engine):
            pytest.skip(f"dockerd does not start here: {(place / 'log').read_text()[-300:]}")
        yield host
    finally:
        engine.terminate()
        engine.wait(30)
        unmount_all(place)


def unmount_all(folder: Path) -> None:
    """What an engine leaves mounted below a folder, which could not be removed with it."""
    lines = Path("/proc/self/mounts").read_text().splitlines()
    points = [line.split()[1] for line in lines]
    for point in sorted((one for one in points if one.startswith(f"{folder}/")), reverse=True):
        subprocess.run(["umount", point], check=True)


@pytest.fixture(scope="session")
def old_docker() -> str:
    """A docker command that has BuildKit built in."""
    for directory in (*os.environ.get("PATH", "").split(os.pathsep), "/usr/bin"):
        path = os.path.join(directory, "docker")
        if os.access(path, os.X_OK):
            done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
            if "version 20.10" in done.stdout:
                return path
    pytest.skip("no docker command of version 20.10 (Debian 12: docker.io)")


def make_image(
    host: str, name: str, tag: str = "latest", files: dict[str, bytes] | None = None
) -> None:
    """An image of a few files, without a registry and without a network."""
    import docker

    archive = io.BytesIO()
    busybox = Path("/bin/busybox")
    content = {
        **({"bin/busybox": busybox.read_bytes()} if busybox.exists() else {}),
        **(files or {"hello": b"hello\n"}),
    }
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for path, data in content.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(data), 0o755
            tar.addfile(entry, io.BytesIO(data))
    client = docker.APIClient(base_url=host, version="auto")
    client.import_image_from_data(archive.getvalue(), repository=name, tag=tag)
    client.close()


def make_python_image(host: str, name: str, packages: tuple[str, ...]) -> None:
    """An image with this Python and packages of this environment, without a registry and without a
    network."""
    import docker

    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", dereference=True) as tar:
        for source, place in python_files(packages):
            tar.add(source, place, recursive=False)
    client = docker.APIClient(base_url=host, version="auto")
    changes = ["ENV PYTHONHOME=/python", 'ENTRYPOINT ["/python/bin/python3"]']
    client.import_image_from_data(written.getvalue(), repository=name, changes=changes)
    client.close()


def python_files(packages: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    """The files of this Python, of the libraries that it is linked to, and of packages; and where
    they belong in an image."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    library = f"python/lib/{stdlib.name}"
    program = Path(sys.executable).resolve()
    yield program, "python/bin/python3"
    for path in files_below(stdlib, ("site-packages", "test", "idlelib")):
        yield path, f"{library}/{path.relative_to(stdlib)}"
    for name in packages:
        found = importlib.util.find_spec(name)
        assert found is not None
        assert found.origin is not None
        origin = Path(found.origin)
        paths = files_below(origin.parent) if origin.name == "__init__.py" else [origin]
        for path in paths:
            within = path.relative_to(origin.parent)
            root = f"{library}/{name}" if origin.name == "__init__.py" else library
            yield path, f"{root}/{within}"
    for path in libraries(program, *(stdlib / "lib-dynload").glob("*.so")):
        yield path, str(path).lstrip("/")


#: What botocore can call in a test image; the models of all services are 100 MB.
SERVICES = {"sts", "ecs", "s3", "servicediscovery"}


def files_below(folder: Path, without: tuple[str, ...] = ()) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        is_other_service = parts[0] == "data" and len(parts) > 2 and parts[1] not in SERVICES
        if (
            path.is_file()
            and path.suffix != ".a"
            and not is_other_service
            and not set(parts) & {*without, "__pycache__"}
        ):
            yield path


def libraries(*programs: Path) -> set[Path]:
    """The shared libraries that programs load, as ldd names them, and the loader."""
    found: set[Path] = set()
    for program in programs:
        done = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
        words = [word for line in done.stdout.splitlines() for word in line.split()]
        found |= {Path(word) for word in words if word.startswith("/")}
    return found


def remove_image(host: str, name: str) -> None:
    import docker

    client = docker.APIClient(base_url=host, version="auto")
    client.remove_image(name, force=True)
    client.close()
