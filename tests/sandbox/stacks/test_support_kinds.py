"""What the support stack of a project is made of: security groups and their rules, Cloud Map's
namespaces, services and instances; changed in place, replaced, refused while used."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox, refused
from tests.sandbox.stacks.test_stacks import create, physical, reasons, stack

FROM_ANYWHERE = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"}
FROM_HOME = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "10.0.0.0/8"}


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def ref(name: str, attribute: str = "") -> dict[str, Any]:
    return {"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name}


def update(sandbox: Sandbox, resources: dict[str, Any]) -> dict[str, str | None]:
    """Update by change set; which resources it modified, and whether they were replaced."""
    cloudformation = sandbox.client("cloudformation")
    made = cloudformation.create_change_set(
        StackName="stack", ChangeSetName="next", TemplateBody=json.dumps({"Resources": resources})
    )
    sandbox.settle()
    described = cloudformation.describe_change_set(ChangeSetName=made["Id"])
    cloudformation.execute_change_set(ChangeSetName=made["Id"])
    sandbox.settle()
    changes = [one["ResourceChange"] for one in described["Changes"]]
    return {one["LogicalResourceId"]: one.get("Replacement") for one in changes}


def delete(sandbox: Sandbox) -> None:
    sandbox.client("cloudformation").delete_stack(StackName="stack")
    sandbox.settle()


# ------------------------------------------------------------------------------ security groups


def networks(vpc: str, *rules: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {
        "Group": resource(
            "EC2::SecurityGroup",
            GroupDescription="network front",
            VpcId=vpc,
            SecurityGroupIngress=list(rules),
            **properties,
        ),
        "Inside": resource(
            "EC2::SecurityGroupIngress",
            GroupId=ref("Group", "GroupId"),
            IpProtocol="-1",
            SourceSecurityGroupId=ref("Group", "GroupId"),
        ),
    }


@pytest.fixture
def vpc(sandbox: Sandbox) -> str:
    return str(sandbox.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"])


def described(sandbox: Sandbox, logical: str = "Group") -> dict[str, Any]:
    ids = [physical(sandbox, logical)]
    (found,) = sandbox.client("ec2").describe_security_groups(GroupIds=ids)["SecurityGroups"]
    return dict(found)


def sources(sandbox: Sandbox, section: str = "IpPermissions") -> set[str]:
    """Where traffic of the group comes from, or goes to."""
    rules = described(sandbox)[section]
    ranges = {one["CidrIp"] for rule in rules for one in rule["IpRanges"]}
    return ranges | {one["GroupId"] for rule in rules for one in rule["UserIdGroupPairs"]}


def test_rules_change_in_place(sandbox: Sandbox, vpc: str) -> None:
    create(sandbox, json.dumps({"Resources": networks(vpc, FROM_ANYWHERE)}))
    assert stack(sandbox)["StackStatus"] == "CREATE_COMPLETE", reasons(sandbox)
    group = physical(sandbox, "Group")
    assert sources(sandbox) == {"0.0.0.0/0", group}
    assert update(sandbox, networks(vpc, FROM_HOME)) == {"Group": "False"}
    assert sources(sandbox) == {"10.0.0.0/8", group}
    egress = {"SecurityGroupEgress": [FROM_HOME]}
    assert update(sandbox, networks(vpc, FROM_HOME, **egress)) == {"Group": "False"}
    assert sources(sandbox, "IpPermissionsEgress") == {"10.0.0.0/8"}
    assert physical(sandbox, "Group") == group


def test_a_rule_of_its_own_changes_only_its_description(sandbox: Sandbox, vpc: str) -> None:
    resources = networks(vpc)
    create(sandbox, json.dumps({"Resources": resources}))
    rule = physical(sandbox, "Inside")
    resources["Inside"]["Properties"]["Description"] = "from itself"
    assert update(sandbox, resources) == {"Inside": "False"}
    assert physical(sandbox, "Inside") == rule
    resources["Inside"]["Properties"].update(IpProtocol="tcp", FromPort=80, ToPort=80)
    assert update(sandbox, resources) == {"Inside": "True"}
    assert stack(sandbox)["StackStatus"] == "UPDATE_COMPLETE", reasons(sandbox)
    assert physical(sandbox, "Inside") != rule
    assert [one["IpProtocol"] for one in described(sandbox)["IpPermissions"]] == ["tcp"]
    del resources["Inside"]
    assert update(sandbox, resources) == {"Inside": None}
    assert described(sandbox)["IpPermissions"] == []


def test_a_described_group_is_another_group(sandbox: Sandbox, vpc: str) -> None:
    create(sandbox, json.dumps({"Resources": networks(vpc)}))
    group = physical(sandbox, "Group")
    resources = networks(vpc)
    resources["Group"]["Properties"]["GroupDescription"] = "network back"
    assert update(sandbox, resources)["Group"] == "True"
    assert stack(sandbox)["StackStatus"] == "UPDATE_COMPLETE", reasons(sandbox)
    assert physical(sandbox, "Group") != group


@pytest.mark.parametrize("description", ["network “front”", "x" * 256])
def test_descriptions_are_ascii_and_short(sandbox: Sandbox, vpc: str, description: str) -> None:
    code, _ = refused(
        sandbox.client("ec2").create_security_group,
        GroupName="group",
        Description=description,
        VpcId=vpc,
    )
    assert code == "InvalidParameterValue"


def test_a_group_stays_while_an_interface_or_a_rule_of_another_group_uses_it(
    sandbox: Sandbox, vpc: str
) -> None:
    ec2 = sandbox.client("ec2")
    create(sandbox, json.dumps({"Resources": networks(vpc)}))
    group = physical(sandbox, "Group")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    interface = ec2.create_network_interface(SubnetId=subnet, Groups=[group])["NetworkInterface"]
    delete(sandbox)
    assert stack(sandbox)["StackStatus"] == "DELETE_FAILED"
    assert any(f"resource {group} has a dependent object" in one for one in reasons(sandbox))
    ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    other = ec2.create_security_group(GroupName="other", Description="x", VpcId=vpc)["GroupId"]
    pairs = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}]
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=pairs)
    delete(sandbox)
    assert stack(sandbox)["StackStatus"] == "DELETE_FAILED"
    ec2.delete_security_group(GroupId=other)
    delete(sandbox)
    found = ec2.describe_security_groups(Filters=[{"Name": "group-id", "Values": [group]}])
    assert found["SecurityGroups"] == []


# ------------------------------------------------------------------------------------ Cloud Map


def names(vpc: str, ttl: object = 10, **service: Any) -> dict[str, Any]:
    usual = {
        "Name": "db",
        "NamespaceId": ref("Space"),
        "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": ttl}], "RoutingPolicy": "MULTIVALUE"},
        "HealthCheckCustomConfig": {"FailureThreshold": 1},
    }
    return {
        "Space": resource(
            "ServiceDiscovery::PrivateDnsNamespace",
            Name="shop.demo.internal",
            Vpc=vpc,
            Properties={"DnsProperties": {"SOA": {"TTL": ttl}}},
            Tags=[{"Key": "of", "Value": str(ttl)}],
        ),
        "Db": resource("ServiceDiscovery::Service", **{**usual, **service}),
    }


def space(sandbox: Sandbox) -> dict[str, Any]:
    cloud_map = sandbox.client("servicediscovery")
    return dict(cloud_map.get_namespace(Id=physical(sandbox, "Space"))["Namespace"])


def registry(sandbox: Sandbox) -> dict[str, Any]:
    cloud_map = sandbox.client("servicediscovery")
    return dict(cloud_map.get_service(Id=physical(sandbox, "Db"))["Service"])


def test_a_namespace_has_its_hosted_zone_and_changes_in_place(sandbox: Sandbox, vpc: str) -> None:
    create(sandbox, json.dumps({"Resources": names(vpc)}))
    assert stack(sandbox)["StackStatus"] == "CREATE_COMPLETE", reasons(sandbox)
    before = space(sandbox)
    dns = before["Properties"]["DnsProperties"]
    assert dns["SOA"] == {"TTL": 10}
    zones = sandbox.client("route53").list_hosted_zones()["HostedZones"]
    assert [one["Name"] for one in zones] == ["shop.demo.internal."]
    assert zones[0]["Id"].endswith(dns["HostedZoneId"])
    assert update(sandbox, names(vpc, ttl="20")) == {"Space": "False", "Db": "False"}
    after = space(sandbox)
    assert after["Id"] == before["Id"]
    assert after["Properties"]["DnsProperties"] == {**dns, "SOA": {"TTL": 20}}
    assert registry(sandbox)["DnsConfig"]["DnsRecords"] == [{"Type": "A", "TTL": 20}]
    cloud_map = sandbox.client("servicediscovery")
    tags = cloud_map.list_tags_for_resource(ResourceARN=after["Arn"])["Tags"]
    assert {"Key": "of", "Value": "20"} in tags
    delete(sandbox)
    assert sandbox.client("route53").list_hosted_zones()["HostedZones"] == []


@pytest.mark.parametrize(
    ("change", "replaced"),
    [
        ({"Description": "the database"}, "False"),
        ({"Name": "database"}, "True"),
        (
            {
                "Name": "database",
                "DnsConfig": {
                    "DnsRecords": [{"Type": "A", "TTL": 10}],
                    "RoutingPolicy": "WEIGHTED",
                },
            },
            "True",
        ),
    ],
    ids=["description", "name", "routing"],
)
def test_a_service_changes_or_is_replaced(
    sandbox: Sandbox, vpc: str, change: dict[str, Any], replaced: str
) -> None:
    create(sandbox, json.dumps({"Resources": names(vpc)}))
    before = registry(sandbox)["Id"]
    assert update(sandbox, names(vpc, **change)) == {"Db": replaced}
    assert stack(sandbox)["StackStatus"] == "UPDATE_COMPLETE", reasons(sandbox)
    assert (registry(sandbox)["Id"] != before) == (replaced == "True")


def test_a_replacement_of_the_same_name_fails_and_everything_stays(
    sandbox: Sandbox, vpc: str
) -> None:
    """The new service would be made before the old one goes."""
    create(sandbox, json.dumps({"Resources": names(vpc)}))
    before = registry(sandbox)
    config = {"DnsRecords": [{"Type": "A", "TTL": 10}], "RoutingPolicy": "WEIGHTED"}
    update(sandbox, names(vpc, DnsConfig=config))
    assert stack(sandbox)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert any("ServiceAlreadyExists" in one for one in reasons(sandbox))
    assert registry(sandbox) == before


def test_the_type_of_a_record_cannot_change(sandbox: Sandbox, vpc: str) -> None:
    create(sandbox, json.dumps({"Resources": names(vpc)}))
    config = {"DnsRecords": [{"Type": "SRV", "TTL": 10}], "RoutingPolicy": "MULTIVALUE"}
    update(sandbox, names(vpc, DnsConfig=config))
    assert stack(sandbox)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_names_in_use_stay(sandbox: Sandbox, vpc: str) -> None:
    cloud_map = sandbox.client("servicediscovery")
    create(sandbox, json.dumps({"Resources": names(vpc)}))
    service, namespace = registry(sandbox)["Id"], space(sandbox)["Id"]
    assert refused(cloud_map.delete_namespace, Id=namespace)[0] == "ResourceInUse"
    cloud_map.register_instance(
        ServiceId=service, InstanceId="one", Attributes={"AWS_INSTANCE_IPV4": "10.0.0.9"}
    )
    assert refused(cloud_map.delete_service, Id=service)[0] == "ResourceInUse"
    delete(sandbox)
    assert stack(sandbox)["StackStatus"] == "DELETE_FAILED"
    assert any("ResourceInUse" in one for one in reasons(sandbox))
    cloud_map.deregister_instance(ServiceId=service, InstanceId="one")
    delete(sandbox)
    assert cloud_map.list_namespaces()["Namespaces"] == []


def test_an_alias_is_a_static_instance(sandbox: Sandbox, vpc: str) -> None:
    records = {"DnsRecords": [{"Type": "CNAME", "TTL": 10}], "RoutingPolicy": "WEIGHTED"}
    resources = names(vpc)
    resources["Alias"] = resource(
        "ServiceDiscovery::Service", Name="mysql", NamespaceId=ref("Space"), DnsConfig=records
    )
    leads_to = {"AWS_INSTANCE_CNAME": "db.shop.demo.internal"}
    resources["Target"] = resource(
        "ServiceDiscovery::Instance",
        ServiceId=ref("Alias"),
        InstanceId="db",
        InstanceAttributes=leads_to,
    )
    create(sandbox, json.dumps({"Resources": resources}))
    assert stack(sandbox)["StackStatus"] == "CREATE_COMPLETE", reasons(sandbox)
    resources["Target"]["Properties"]["InstanceAttributes"] = {
        "AWS_INSTANCE_CNAME": "cache.shop.demo.internal"
    }
    assert update(sandbox, resources) == {"Target": "False"}
    found = sandbox.client("servicediscovery").list_instances(ServiceId=physical(sandbox, "Alias"))[
        "Instances"
    ]
    assert [one["Attributes"]["AWS_INSTANCE_CNAME"] for one in found] == [
        "cache.shop.demo.internal"
    ]
    delete(sandbox)
    assert sandbox.client("servicediscovery").list_services()["Services"] == []


def test_what_a_namespace_cannot_have_is_refused(sandbox: Sandbox, vpc: str) -> None:
    cloud_map = sandbox.client("servicediscovery")
    cloud_map.create_http_namespace(Name="shop")
    assert refused(cloud_map.create_http_namespace, Name="shop")[0] == "NamespaceAlreadyExists"
    (http,) = cloud_map.list_namespaces(Filters=[{"Name": "TYPE", "Values": ["HTTP"]}])[
        "Namespaces"
    ]
    records = {"DnsRecords": [{"Type": "A", "TTL": 10}]}
    found = [
        refused(cloud_map.create_service, Name="db", NamespaceId=http["Id"], DnsConfig=records),
        refused(cloud_map.create_service, Name="db", NamespaceId="ns-none"),
    ]
    assert [code for code, _ in found] == ["InvalidInput", "NamespaceNotFound"]
    cloud_map.create_service(Name="db", NamespaceId=http["Id"])
    code, _ = refused(cloud_map.create_service, Name="db", NamespaceId=http["Id"])
    assert code == "ServiceAlreadyExists"
    listed = cloud_map.list_services(Filters=[{"Name": "NAMESPACE_ID", "Values": [http["Id"]]}])
    assert [one["Type"] for one in listed["Services"]] == ["HTTP"]
