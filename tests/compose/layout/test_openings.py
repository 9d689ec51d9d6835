"""Who reaches published ports: everyone, the addresses of the project, or those of the service."""

from pathlib import Path
from typing import Any

import pytest

from ecscli.base.addresses import sources_with
from ecscli.base.errors import InputError
from ecscli.compose.layout.networks import Opening
from tests.compose.layout.test_discovery import judged, warnings

COMPOSE = """\
services:
  web: {image: nginx, ports: ["80", "443"]}
  admin: {image: httpd, ports: ["8080"], x-ecs: {ingress: [10.0.0.0/8, "2001:db8::/32"]}}
  db: {image: postgres, ports: ["5432"]%s}
x-ecs: {layout: services%s}
"""
OWN = ("10.0.0.0/8", "2001:db8::/32")


def openings(folder: Path, db: str = "", project: str = "", params: str = "") -> dict[str, Any]:
    found = judged(folder, COMPOSE % (db, project), params)
    return {one.group: one.openings for one in found.networks}


def test_a_service_names_its_own_addresses(tmp_path: Path) -> None:
    web, admin = ((80, 80, "tcp"), (443, 443, "tcp")), ((8080, 8080, "tcp"),)
    assert openings(tmp_path) == {
        "web": (Opening(web, ("0.0.0.0/0",)),),
        "admin": (Opening(admin, OWN),),
        "db": (),
    }
    of_project = ", network: {ingress: [192.0.2.0/24]}"
    found = openings(tmp_path, ", x-ecs: {ingress: [10.1.0.0/16]}", of_project)
    assert found["web"] == (Opening(web, ("192.0.2.0/24",)),)
    assert found["admin"] == (Opening(admin, OWN),)
    assert found["db"] == (Opening(((5432, 5432, "tcp"),), ("10.1.0.0/16",)),)
    params = "service_params: {admin: {ingress: []}}\n"
    assert openings(tmp_path, params=params)["admin"] == (Opening(admin, ()),), "nobody"


def test_services_of_a_group_are_reached_from_where_each_of_them_is(tmp_path: Path) -> None:
    params = "service_params: {web: {group: one}, admin: {group: one}}\n"
    assert openings(tmp_path, params=params)["one"] == (
        Opening(((80, 80, "tcp"), (443, 443, "tcp")), ("0.0.0.0/0",)),
        Opening(((8080, 8080, "tcp"),), OWN),
    )


def test_what_is_no_range_of_addresses_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"db\.ingress: 10.0.0.1/8 has host bits"):
        openings(tmp_path, ", x-ecs: {ingress: [10.0.0.1/8]}")


def test_a_single_address_becomes_a_range_and_each_counts_once(tmp_path: Path) -> None:
    sources = '["203.0.113.5", 203.0.113.5/32, "2001:DB8::1"]'
    found = openings(tmp_path, f", x-ecs: {{ingress: {sources}}}")
    ranges = ("203.0.113.5/32", "2001:db8::1/128")
    assert found["db"] == (Opening(((5432, 5432, "tcp"),), ranges),)
    found = openings(tmp_path, ", x-ecs: {ingress: [my-ip, 192.0.2.7/32]}")
    assert found["db"] == (Opening(((5432, 5432, "tcp"),), ("my-ip", "192.0.2.7/32")),)
    assert sources_with("192.0.2.7/32", found["db"][0].sources) == ("192.0.2.7/32",)
    assert sources_with("", ["my-ip"]) == ("my-ip",), "not known yet"


def test_it_has_no_effect_where_the_groups_are_those_of_the_instances(tmp_path: Path) -> None:
    found = judged(tmp_path, COMPOSE % ("", ""), launch_type=None)
    message = "service_params.admin.ingress: has no effect in network mode bridge"
    assert [one for one in warnings(found) if one.startswith(message)]
