"""EC2: every region that botocore knows has zones and instance types.

moto has those of some regions only; the others get the types of us-east-1, and three zones.
"""

from __future__ import annotations

from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend, Zone
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS

from ecscli.sandbox.partitions import regions
from ecscli.sandbox.shapes import Json

#: The region whose instance types, and ECS images, stand in for those that moto lacks.
MODEL = "us-east-1"
LETTERS = "abc"


def repair() -> None:
    for region in regions():
        if region not in RegionsAndZonesBackend.zones:
            RegionsAndZonesBackend.zones[region] = zones_of(region)
        for kind, offered in INSTANCE_TYPE_OFFERINGS.items():
            if region not in offered:
                offered[region] = offerings(offered[MODEL], kind, region)


def zones_of(region: str) -> list[Zone]:
    return [
        Zone(region_name=region, name=region + letter, zone_id=f"{region}-az{number}")
        for number, letter in enumerate(LETTERS, 1)
    ]


def offerings(models: list[Json], kind: str, region: str) -> list[Json]:
    """The instance types of the model region at the places of another one."""
    types = sorted({one["InstanceType"] for one in models})
    places = {
        "region": [region],
        "availability-zone": [one.name for one in RegionsAndZonesBackend.zones[region]],
        "availability-zone-id": [one.zone_id for one in RegionsAndZonesBackend.zones[region]],
    }
    return [
        {"InstanceType": name, "Location": place, "LocationType": kind}
        for place in places.get(kind, [])
        for name in types
    ]
