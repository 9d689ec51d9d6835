"""What people install: the wheel and the sdist hold all that ecscli reads, and the wheel runs where
no checkout is."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "-t",
        "wheel",
        "-t",
        "sdist",
        "-d",
        str(folder),
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


def test_templates_and_schemas_travel(built: Path) -> None:
    wheel = zipfile.ZipFile(next(built.glob("*.whl"))).namelist()
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        sdist = archive.getnames()
    for name in (
        "templates/cluster.yaml",
        "compose/schema/ecs-params.json",
        "cluster/schema/cluster.json",
        "console/page/index.html",
        "help.txt",
        "py.typed",
    ):
        assert f"ecscli/{name}" in wheel
        inside = name if name.startswith("templates/") else f"ecscli/{name}"
        assert any(found.endswith(f"/{inside}") for found in sdist), name


def test_the_wheel_runs_without_a_checkout(built: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "HOME": str(tmp_path)}
    command = [
        sys.executable,
        "-P",
        "-m",
        "ecscli",
        "render",
        "--cluster",
        "demo",
        "--region",
        "us-east-1",
        "--capability-iam",
    ]
    done = subprocess.run(
        command, check=False, cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "AWS::AutoScaling::AutoScalingGroup" in done.stdout
    shown = subprocess.run(
        [sys.executable, "-P", "-c", "import ecscli; print(ecscli.__file__)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.startswith(str(tmp_path))
