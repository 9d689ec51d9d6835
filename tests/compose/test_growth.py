"""Work grows with the size of a project and no faster: counted in calls of functions, since time
differs from run to run."""

import sys
from pathlib import Path
from typing import Any

from bench.growth import SERVICE
from bench.load import TARGET
from ecscli.compose.check import check
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.params.read import EcsParams


def calls_to_check(folder: Path, services: int) -> int:
    bodies = "".join(SERVICE.format(n=number) for number in range(services))
    (folder / "compose.yaml").write_text(f"services:\n{bodies}")
    count = 0

    def note(frame: Any, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        check(load_project(LoadOptions(str(folder), {}, project_name="p")), EcsParams(), TARGET)
    finally:
        sys.setprofile(before)
    return count


def test_the_check_of_twice_as_many_services_takes_twice_the_work(tmp_path: Path) -> None:
    calls_to_check(tmp_path, 5)  # what is made once
    assert calls_to_check(tmp_path, 120) < 2.2 * calls_to_check(tmp_path, 60)
