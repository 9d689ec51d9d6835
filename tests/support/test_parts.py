"""Parts of a support stack joined into a template, and what of one stays while it is in use."""

import json

import pytest

from ecscli.base.errors import InputError
from ecscli.support.carry import carried
from ecscli.support.parts import Part, joined, logical_ids
from ecscli.support.template import capabilities, compact_body, is_same, part_of

GROUP = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "a group"}}


def group(name: str) -> Part:
    """A security group with a rule of its own, and the output with its id."""
    rule = {
        "Type": "AWS::EC2::SecurityGroupIngress",
        "Properties": {"GroupId": {"Ref": name}, "SourceSecurityGroupId": {"Ref": name}},
    }
    return Part({name: GROUP, f"{name}Self": rule}, {name: {"Value": {"Ref": name}}})


def registry(name: str) -> Part:
    """A Cloud Map service in a namespace that all of them share."""
    one = {
        "Type": "AWS::ServiceDiscovery::Service",
        "Properties": {"NamespaceId": {"Fn::GetAtt": ["Namespace", "Id"]}},
    }
    space = {"Type": "AWS::ServiceDiscovery::PrivateDnsNamespace"}
    value = {"Value": {"Fn::GetAtt": [name, "Arn"]}}
    return Part({"Namespace": space, name: one}, {name: value})


def test_logical_ids_are_camel_case_and_meet_in_the_order_of_the_files() -> None:
    found = logical_ids("Registry", ["my-db", "my_db", "web2", "my.db", "MyDb2"])
    assert found == {
        "my-db": "RegistryMyDb",
        "my_db": "RegistryMyDb2",
        "web2": "RegistryWeb2",
        "my.db": "RegistryMyDb3",
        "MyDb2": "RegistryMyDb22",
    }


def test_a_template_is_compact_and_reads_back_as_its_parts() -> None:
    whole = joined([group("A"), registry("B")])
    body = compact_body(whole)
    assert ", " not in body.replace(" beside its services, made", "")
    assert part_of(body) == whole
    assert capabilities(whole) == []


def test_templates_are_compared_by_what_they_make() -> None:
    yaml = "Description: other\nResources:\n  A:\n    Type: T\n    Properties: {X: !GetAtt B.Arn}\n"
    same = {"Resources": {"A": {"Type": "T", "Properties": {"X": {"Fn::GetAtt": ["B", "Arn"]}}}}}
    assert is_same(yaml, json.dumps(same))
    assert not is_same(yaml, json.dumps({"Resources": {}}))


def test_a_template_with_too_many_resources_is_refused() -> None:
    many = Part({f"R{number}": {"Type": "T"} for number in range(501)})
    with pytest.raises(InputError, match="501 resources, and CloudFormation takes 500"):
        compact_body(many)


def test_what_is_in_use_stays_with_what_belongs_to_it() -> None:
    whole = joined([group("A"), group("B"), registry("C"), registry("D")])
    kept = carried(whole, {"A", "D"})
    assert list(kept.resources) == ["A", "ASelf", "Namespace", "D"]
    assert list(kept.outputs) == ["A", "D"]
    assert carried(whole, ()) == Part()
    assert carried(whole, {"gone"}) == Part()


def test_references_are_followed_in_every_form() -> None:
    resources = {
        "A": {"Type": "T", "Properties": {"Text": {"Fn::Sub": "x-${B.Arn}-${AWS::Region}"}}},
        "B": {"Type": "T", "DependsOn": ["C"]},
        "C": {"Type": "T", "DependsOn": "D", "Properties": {"X": {"Fn::GetAtt": "E.Arn"}}},
        **{name: {"Type": "T"} for name in "DEF"},
    }
    kept = carried(Part(resources, {"Out": {"Value": {"Ref": "A"}}}), {"Out"})
    assert list(kept.resources) == ["A", "B", "C", "D", "E"]
