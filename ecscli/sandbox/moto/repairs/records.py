"""Route 53: a record is created once; a second one of its name and type is refused, whatever it
has."""

from __future__ import annotations

import functools
from typing import Any

from moto.route53.exceptions import ResourceRecordAlreadyExists
from moto.route53.models import Route53Backend

from ecscli.sandbox.shapes import Json, Method


def repair() -> None:
    if not hasattr(Route53Backend.change_resource_record_sets, "__wrapped__"):
        changed = once(Route53Backend.change_resource_record_sets)
        Route53Backend.change_resource_record_sets = changed


def once(original: Method) -> Method:
    @functools.wraps(original)
    def change(self: Route53Backend, zoneid: str, change_list: list[Json]) -> Any:
        known = {(one.name, one.type) for one in self.get_hosted_zone(zoneid).rrsets}
        for one in change_list:
            record = one["ResourceRecordSet"]
            name, kind = f"{record['Name'].rstrip('.')}.", record["Type"]
            if one["Action"] == "CREATE" and (name, kind) in known:
                raise ResourceRecordAlreadyExists(name=name, _type=kind)
        return original(self, zoneid, change_list)

    return change
