"""The namespaces and Cloud Map services of a project, as CloudFormation takes them."""

import json

from ecscli.support.discovery import WantedNames, discovery_part
from ecscli.support.template import compact_body, part_of
from tests.lint import lint

NAMES = WantedNames("shop.demo.internal", "shop.demo", ("web", "my-db", "my_db"), "vpc-0a1b2c3d")


def test_each_name_is_a_service_of_the_namespace() -> None:
    part = discovery_part(NAMES)
    assert list(part.resources) == [
        "Namespace",
        "ConnectNamespace",
        "RegistryWeb",
        "RegistryMyDb",
        "RegistryMyDb2",
    ]
    service = part.resources["RegistryMyDb"]["Properties"]
    assert (service["Name"], service["NamespaceId"]) == ("my-db", {"Ref": "Namespace"})
    assert part.outputs["RegistryMyDb"] == {"Value": {"Fn::GetAtt": ["RegistryMyDb", "Arn"]}}
    assert part.resources["Namespace"]["Properties"]["Vpc"] == "vpc-0a1b2c3d"


def test_a_namespace_that_is_there_is_not_made() -> None:
    part = discovery_part(WantedNames("names.example", "", ("web",), given="ns-1"))
    assert list(part.resources) == ["RegistryWeb"]
    assert part.resources["RegistryWeb"]["Properties"]["NamespaceId"] == "ns-1"


def test_no_names_need_nothing() -> None:
    assert not discovery_part(WantedNames())


def test_the_template_is_one_that_cloudformation_takes() -> None:
    body = compact_body(discovery_part(NAMES))
    assert lint(body, "eu-west-1") == []
    assert part_of(body) == discovery_part(NAMES)
    assert json.loads(body)["Outputs"]
