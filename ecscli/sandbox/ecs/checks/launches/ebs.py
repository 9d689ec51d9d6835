"""What is refused about volumes that are configured at launch: Amazon EBS volumes of tasks and
services."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.sandbox.ecs.checks.launches.launching import Launching
from ecscli.sandbox.ecs.checks.rule import Rule
from ecscli.sandbox.shapes import Json

#: Sizes in GiB and I/O operations per second by volume type; types without the latter have none.
SIZES = {
    "gp2": (1, 16384),
    "gp3": (1, 16384),
    "io1": (4, 16384),
    "io2": (4, 16384),
    "st1": (125, 16384),
    "sc1": (125, 16384),
    "standard": (1, 1024),
}
OPERATIONS = {"gp3": (3000, 16000), "io1": (100, 64000), "io2": (100, 256000)}
WITHOUT_OPERATIONS = ("st1", "sc1", "standard")
SHAPES = ("TaskManagedEBSVolumeConfiguration", "ServiceManagedEBSVolumeConfiguration")


def members(*names: str) -> tuple[str, ...]:
    """The members of these names, of tasks and of services."""
    return tuple(f"{shape}.{name}" for shape in SHAPES for name in names)


def volumes(launching: Launching) -> list[Json]:
    configured = launching.request.get("volumeConfigurations") or []
    return [one.get("managedEBSVolume") or {} for one in configured]


def kind_of(volume: Json) -> str:
    return str(volume.get("volumeType") or "gp3")


def other_names(launching: Launching) -> Iterator[str]:
    declared = {
        one["name"]
        for one in launching.definition.document["volumes"]
        if one.get("configuredAtLaunch")
    }
    given = {one["name"] for one in launching.request.get("volumeConfigurations") or []}
    for name in sorted(given - declared):
        yield f"The volume '{name}' is not configured at launch in the task definition."
    for name in sorted(declared - given):
        yield f"A volume configuration must be specified for the volume '{name}'."


def no_size(launching: Launching) -> Iterator[str]:
    for one in volumes(launching):
        if not one.get("sizeInGiB") and not one.get("snapshotId"):
            yield "Either sizeInGiB or snapshotId must be specified for a managed EBS volume."
        if one.get("volumeInitializationRate") and not one.get("snapshotId"):
            yield "volumeInitializationRate can be specified only with a snapshotId."


def bad_size(launching: Launching) -> Iterator[str]:
    for one in volumes(launching):
        least, most = SIZES.get(kind_of(one), (1, 16384))
        size = one.get("sizeInGiB")
        if size is not None and not least <= size <= most:
            yield f"sizeInGiB must be between {least} and {most} for {kind_of(one)} volumes."


def bad_operations(launching: Launching) -> Iterator[str]:
    for one in volumes(launching):
        kind, iops = kind_of(one), one.get("iops")
        if iops is None and kind in ("io1", "io2"):
            yield f"iops is required for {kind} volumes."
        if iops is not None and kind in WITHOUT_OPERATIONS:
            yield f"iops is not supported for {kind} volumes."
        if iops is not None and kind in OPERATIONS:
            least, most = OPERATIONS[kind]
            if not least <= iops <= most:
                yield f"iops must be between {least} and {most} for {kind} volumes."


def throughput_elsewhere(launching: Launching) -> Iterator[str]:
    for one in volumes(launching):
        if one.get("throughput") is not None and kind_of(one) != "gp3":
            yield "throughput is only supported for gp3 volumes."


def magnetic_on_fargate(launching: Launching) -> Iterator[str]:
    for one in volumes(launching):
        if launching.on_fargate and kind_of(one) == "standard":
            yield "The magnetic volume type is not supported on Fargate."


EBS_RULES: tuple[Rule[Launching], ...] = (
    Rule(
        other_names,
        ("TaskVolumeConfiguration.name", "ServiceVolumeConfiguration.name"),
        "This value must match the volume name from the Volume object in the task definition.",
    ),
    Rule(
        no_size,
        members("sizeInGiB", "snapshotId", "volumeInitializationRate"),
        "You must specify either a volume size or a snapshot ID.",
    ),
    Rule(
        bad_size,
        members("sizeInGiB"),
        "The following are the supported volume size values for each volume type.",
    ),
    Rule(
        bad_operations,
        members("iops"),
        "This parameter is required for io1 and io2 volume types.",
    ),
    Rule(
        throughput_elsewhere,
        members("throughput"),
        "This parameter is only supported for the gp3 volume type.",
    ),
    Rule(
        magnetic_on_fargate,
        members("volumeType"),
        "The magnetic volume type is not supported on Fargate.",
    ),
)
