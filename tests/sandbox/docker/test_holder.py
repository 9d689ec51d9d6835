"""The network holder: the programs in the tree are what their source makes, and forward."""

from __future__ import annotations

import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

from ecscli.sandbox.docker.holders import archive, program_for
from ecscli.sandbox.docker.sizes import limits
from ecscli.sandbox.ecs.model import Definition, Needs, Task

ARCHITECTURES = ("x86_64", "aarch64")
COMPILER = "12.2."  # with which the programs in the tree were built


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_program_is_what_its_source_makes(architecture: str, tmp_path: Path) -> None:
    compiler = f"{architecture}-linux-gnu-gcc"
    if shutil.which(compiler) is None or shutil.which("make") is None:
        pytest.skip(f"{compiler} or make is not installed")
    version = subprocess.run(
        [compiler, "-dumpfullversion"], capture_output=True, text=True, check=True
    )
    if not version.stdout.startswith(COMPILER):
        pytest.skip(f"{compiler} {version.stdout.strip()} may make other bytes than {COMPILER}x")
    source = resources.files("ecscli.sandbox.docker") / "holder"
    made = tmp_path / f"holder-{architecture}"
    subprocess.run(
        ["make", "-s", "-C", str(source), f"OUT={tmp_path}", str(made)],
        check=True,
        capture_output=True,
    )
    assert made.read_bytes() == program_for(architecture)


def test_each_program_is_one_small_file_that_needs_no_other() -> None:
    for architecture in ARCHITECTURES:
        program = program_for(architecture)
        assert program.startswith(b"\x7fELF")
        assert len(program) < 4096
        assert b"ld-linux" not in program
        assert archive(program) == archive(program), "the image is the same each time"


def test_an_architecture_without_a_program_is_named() -> None:
    with pytest.raises(LookupError, match="no network holder for riscv64"):
        program_for("riscv64")


def task(**document: str) -> Task:
    made = Definition({"family": "web", **document}, Needs())
    return Task("arn", "demo", made, "family:web", "FARGATE", 0.0, [], Needs())


def test_the_size_of_a_task_limits_each_of_its_containers() -> None:
    small = task(cpu="256", memory="512")
    whole = {"mem_limit": 512 * 1024 * 1024, "nano_cpus": 250_000_000}
    assert limits(small, {}, 4) == whole
    assert limits(small, {"mem_limit": 1024}, 4) == {**whole, "mem_limit": 1024}
    assert limits(task(cpu="4096"), {}, 2) == {"nano_cpus": 2_000_000_000}
    assert limits(task(), {}, 2) == {}
