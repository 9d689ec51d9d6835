"""`driver_opts` of a volume, as docker/compose-cli has them for EFS -> the keys of `efs`.

Source: "Volumes" in the documentation of docker/compose-cli for ECS.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ecscli.base.findings import Findings
from ecscli.base.keys.kinds import Kind
from ecscli.base.marks import Map, where
from ecscli.compose.params.volume_settings import EFS
from ecscli.compose.project.model import Project, Volume
from ecscli.compose.task.volume_drivers import EFS_DRIVERS, EFS_OPTIONS, FILE_SYSTEM

OF_EXISTING = EFS_OPTIONS.keys() - {"root_directory"}  # what is said of a file system with an id


class Option(NamedTuple):
    """The key that an option has in `efs`, and what its text becomes there."""

    key: str
    read: Callable[[str], object] = str


def _backup(text: str) -> object:
    words = {"ENABLED": True, "DISABLED": False}
    if text not in words:
        raise ValueError("must be ENABLED or DISABLED")
    return words[text]


def _lifecycle(text: str) -> object:
    """``14d`` of ``AFTER_14_DAYS``"""
    return text.removeprefix("AFTER_").removesuffix("S").removesuffix("_DAY") + "d"


def _number(text: str) -> object:
    if not text.isdecimal():
        raise ValueError("must be a whole number")
    return int(text)


OPTIONS = {
    "backup_policy": Option("backup", _backup),
    "lifecycle_policy": Option("lifecycle", _lifecycle),
    "performance_mode": Option("performance"),
    "throughput_mode": Option("throughput"),
    "provisioned_throughput": Option("provisioned_throughput", _number),
    "uid": Option("uid", _number),
    "gid": Option("gid", _number),
    "permissions": Option("permissions"),
    "root_directory": Option("path"),
}


def asks_for_efs(volume: Volume) -> bool:
    """Whether its driver means a file system that is yet to be made: that of EFS without an id, or
    no driver with options of docker/compose-cli alone."""
    options = dict(volume.driver_opts)
    if volume.external or (volume.real_name or "").startswith(FILE_SYSTEM):
        return False
    if not OF_EXISTING.isdisjoint(options):
        return False
    if volume.driver in EFS_DRIVERS:
        return True
    return volume.driver is None and bool(options) and set(options) <= OPTIONS.keys()


def options_of(project: Project, volume: Volume, findings: Findings) -> Map:
    """`efs` as its driver_opts ask for it, with their places."""
    efs = Map(mark=volume.mark)
    for name, text in dict(volume.driver_opts).items():
        place = where(project.tree, "volumes", volume.name, "driver_opts", name)
        path = f"volumes.{volume.name}.driver_opts.{name}"
        option = OPTIONS.get(name.replace("-", "_"))
        if option is None:
            hint = f"known: {', '.join(sorted({*OPTIONS, *EFS_OPTIONS}))}"
            findings.warning("is not known to the efs driver", place, hint, path)
            continue
        kind = EFS[option.key].kind
        assert isinstance(kind, Kind)
        try:
            efs[option.key] = kind.read(option.read(text))
        except ValueError as error:
            findings.error(str(error.args[0]), place, None, path)
            continue
        if place is not None:
            efs.keys_at[option.key] = place
    return efs
