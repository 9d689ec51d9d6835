"""ELBv2 in stacks: balancers, target groups, listeners, rules and certificates change in place, are
replaced where the schemas say so, and refuse what ELBv2 does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox, refused
from tests.sandbox.stacks.test_stacks import create, physical, reasons, stack
from tests.sandbox.stacks.test_support_kinds import delete, ref, resource, update

NOT_FOUND = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"},
}
STRIP = {
    "Type": "url-rewrite",
    "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/api/?(.*)$", "Replace": "/$1"}]},
}
KIND = "ElasticLoadBalancingV2"


def forward(*groups: tuple[str, int]) -> dict[str, Any]:
    weighted = [{"TargetGroupArn": ref(name), "Weight": weight} for name, weight in groups]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": weighted}}


def rule(priority: int, *groups: tuple[str, int], **properties: Any) -> dict[str, Any]:
    path = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}}
    return resource(
        f"{KIND}::ListenerRule",
        ListenerArn=ref("Listener"),
        Priority=priority,
        Conditions=[path],
        Actions=[forward(*groups)],
        **properties,
    )


@pytest.fixture
def shop(sandbox: Sandbox) -> dict[str, Any]:
    """The resources of a balancer with two groups and a rule."""
    ec2 = sandbox.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]][:2]
    group = {"VpcId": vpc, "Port": 80, "Protocol": "HTTP", "TargetType": "ip"}
    idle = [{"Key": "idle_timeout.timeout_seconds", "Value": "30"}]
    return {
        "Balancer": resource(f"{KIND}::LoadBalancer", Subnets=subnets, LoadBalancerAttributes=idle),
        "Web": resource(f"{KIND}::TargetGroup", **group),
        "Api": resource(f"{KIND}::TargetGroup", **group),
        "Listener": resource(
            f"{KIND}::Listener",
            LoadBalancerArn=ref("Balancer"),
            Port=80,
            Protocol="HTTP",
            DefaultActions=[NOT_FOUND],
        ),
        "Rule": rule(12207, ("Api", 1), Transforms=[STRIP]),
    }


def made(sandbox: Sandbox, resources: dict[str, Any]) -> Any:
    create(sandbox, json.dumps({"Resources": resources}))
    sandbox.settle()
    assert stack(sandbox)["StackStatus"] == "CREATE_COMPLETE", reasons(sandbox)
    return sandbox.client("elbv2")


def ruled(sandbox: Sandbox, elb: Any) -> list[dict[str, Any]]:
    return list(elb.describe_rules(ListenerArn=physical(sandbox, "Listener"))["Rules"])


def test_a_balancer_and_its_parts_change_in_place(sandbox: Sandbox, shop: dict[str, Any]) -> None:
    elb = made(sandbox, shop)
    first, last = ruled(sandbox, elb)
    assert (first["Priority"], first["Transforms"]) == ("12207", [STRIP])
    assert last["IsDefault"]
    shop["Balancer"]["Properties"]["LoadBalancerAttributes"][0]["Value"] = "90"
    shop["Balancer"]["Properties"]["Tags"] = [{"Key": "Name", "Value": "shop"}]
    checks = {"HealthCheckPath": "/health", "Matcher": {"HttpCode": "200-399"}}
    drain = [{"Key": "deregistration_delay.timeout_seconds", "Value": 30}]
    shop["Api"]["Properties"] |= {**checks, "TargetGroupAttributes": drain}
    shop["Listener"]["Properties"] |= {"Port": 8080, "DefaultActions": [forward(("Web", 1))]}
    shop["Rule"] = rule(300, ("Api", 1), ("Web", 0))
    assert update(sandbox, shop) == dict.fromkeys(("Balancer", "Api", "Listener", "Rule"), "False")
    assert stack(sandbox)["StackStatus"] == "UPDATE_COMPLETE", reasons(sandbox)

    arn, group = physical(sandbox, "Balancer"), physical(sandbox, "Api")
    attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    assert {"Key": "idle_timeout.timeout_seconds", "Value": "90"} in attributes
    (tags,) = elb.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    assert {"Key": "Name", "Value": "shop"} in tags["Tags"]
    (found,) = elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"]
    assert (found["HealthCheckPath"], found["Matcher"]) == ("/health", {"HttpCode": "200-399"})
    attributes = elb.describe_target_group_attributes(TargetGroupArn=group)["Attributes"]
    assert {"Key": "deregistration_delay.timeout_seconds", "Value": "30"} in attributes
    (listener,) = elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]
    assert listener["Port"] == 8080
    first, _ = ruled(sandbox, elb)
    assert (first["Priority"], first.get("Transforms", [])) == ("300", [])


def test_a_group_in_use_stays_and_one_with_another_port_is_another_one(
    sandbox: Sandbox, shop: dict[str, Any]
) -> None:
    elb = made(sandbox, shop)
    web, api = physical(sandbox, "Web"), physical(sandbox, "Api")
    groups = {
        one["TargetGroupArn"]: one["LoadBalancerArns"]
        for one in elb.describe_target_groups()["TargetGroups"]
    }
    assert groups == {web: [], api: [physical(sandbox, "Balancer")]}
    assert refused(elb.delete_target_group, TargetGroupArn=api)[0] == "ResourceInUse"
    shop["Api"]["Properties"]["Port"] = 8000
    assert update(sandbox, shop) == {"Api": "True", "Rule": "False"}
    assert stack(sandbox)["StackStatus"] == "UPDATE_COMPLETE", reasons(sandbox)
    assert physical(sandbox, "Api") != api
    assert refused(elb.describe_target_groups, TargetGroupArns=[api])[0] == "TargetGroupNotFound"
    del shop["Rule"]
    update(sandbox, shop)
    assert [one["LoadBalancerArns"] for one in elb.describe_target_groups()["TargetGroups"]] == [
        [],
        [],
    ]
    delete(sandbox)
    assert elb.describe_load_balancers()["LoadBalancers"] == []
    assert elb.describe_target_groups()["TargetGroups"] == []


def test_priorities_and_ports_are_taken_once(sandbox: Sandbox, shop: dict[str, Any]) -> None:
    elb = made(sandbox, {**shop, "Other": rule(5, ("Web", 1))})
    assert [one["Priority"] for one in ruled(sandbox, elb)] == ["5", "12207", "default"]
    listener = physical(sandbox, "Listener")
    path = [{"Field": "path-pattern", "Values": ["/x"]}]
    web = [{"Type": "forward", "TargetGroupArn": physical(sandbox, "Web")}]
    wanted = {"ListenerArn": listener, "Conditions": path, "Actions": web}
    assert refused(elb.create_rule, Priority=5, **wanted)[0] == "PriorityInUse"
    assert refused(elb.create_rule, Priority=50001, **wanted)[0] == "ValidationError"
    arn = physical(sandbox, "Balancer")
    again = {"LoadBalancerArn": arn, "Port": 80, "Protocol": "HTTP", "DefaultActions": web}
    assert refused(elb.create_listener, **again)[0] == "DuplicateListener"
    *_, last = ruled(sandbox, elb)
    assert refused(elb.delete_rule, RuleArn=last["RuleArn"])[0] == "OperationNotPermitted"
    shop["Other"] = rule(12207, ("Web", 1))
    update(sandbox, shop)
    assert stack(sandbox)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert any("PriorityInUse" in one for one in reasons(sandbox))


def requested(sandbox: Sandbox, *hosts: str) -> list[dict[str, str]]:
    """Certificates that were asked for, and are not issued yet."""
    acm = sandbox.client("acm")
    answers = [acm.request_certificate(DomainName=f"{host}.example.com") for host in hosts]
    return [{"CertificateArn": one["CertificateArn"]} for one in answers]


def test_certificates_beside_the_default_one_come_and_go(
    sandbox: Sandbox, shop: dict[str, Any]
) -> None:
    acm, names = sandbox.client("acm"), requested(sandbox, "a", "b", "c")
    sandbox.settle()
    shop["Listener"]["Properties"] |= {"Port": 443, "Protocol": "HTTPS", "Certificates": names[:1]}
    shop["More"] = resource(
        f"{KIND}::ListenerCertificate", ListenerArn=ref("Listener"), Certificates=names[1:2]
    )
    elb = made(sandbox, shop)

    def held() -> list[str]:
        found = elb.describe_listener_certificates(ListenerArn=physical(sandbox, "Listener"))
        return [one["CertificateArn"] for one in found["Certificates"]]

    arns = [one["CertificateArn"] for one in names]
    assert held() == arns[:2]
    assert refused(acm.delete_certificate, CertificateArn=arns[1])[0] == "ResourceInUseException"
    shop["More"]["Properties"]["Certificates"] = names[2:]
    assert update(sandbox, shop) == {"More": "False"}
    assert held() == [arns[0], arns[2]]
    shop["Listener"]["Properties"]["Certificates"] = names[1:2]
    assert update(sandbox, shop) == {"Listener": "False"}
    assert held() == [arns[1], arns[2]]
    acm.delete_certificate(CertificateArn=arns[0])


def test_a_listener_takes_a_certificate_once_it_is_issued(
    sandbox: Sandbox, shop: dict[str, Any]
) -> None:
    del shop["Listener"], shop["Rule"]
    elb = made(sandbox, shop)
    sandbox.control("pace", pace=1)
    names = requested(sandbox, "shop")
    wanted = {
        "LoadBalancerArn": physical(sandbox, "Balancer"),
        "Port": 443,
        "Protocol": "HTTPS",
        "DefaultActions": [NOT_FOUND],
    }
    assert refused(elb.create_listener, **wanted)[0] == "ValidationError"
    code, _ = refused(elb.create_listener, Certificates=names, **wanted)
    assert code == "UnsupportedCertificate"
    sandbox.settle(600)
    elb.create_listener(Certificates=names, **wanted)


@pytest.mark.parametrize(
    ("domain", "status"),
    [
        ("example.com", "CREATE_COMPLETE"),
        ("example.org", "ROLLBACK_COMPLETE"),
        ("", "ROLLBACK_COMPLETE"),
    ],
)
def test_a_stack_waits_for_a_certificate_that_only_a_hosted_zone_validates(
    sandbox: Sandbox, domain: str, status: str
) -> None:
    zone = {}
    if domain:
        zones = sandbox.client("route53")
        made = zones.create_hosted_zone(Name=domain, CallerReference="1")["HostedZone"]
        zone["HostedZoneId"] = made["Id"].removeprefix("/hostedzone/")
    certificate = resource(
        "CertificateManager::Certificate",
        DomainName="shop.example.com",
        ValidationMethod="DNS",
        DomainValidationOptions=[{"DomainName": "shop.example.com", **zone}],
    )
    create(sandbox, json.dumps({"Resources": {"Certificate": certificate}}))
    sandbox.settle(600)
    assert stack(sandbox)["StackStatus"] == status, reasons(sandbox)


def test_an_application_balancer_needs_two_zones_and_may_be_protected(
    sandbox: Sandbox, shop: dict[str, Any]
) -> None:
    elb = sandbox.client("elbv2")
    subnets = shop["Balancer"]["Properties"]["Subnets"]
    code, _ = refused(elb.create_load_balancer, Name="one", Subnets=subnets[:1])
    assert code == "ValidationError"
    code, _ = refused(elb.create_load_balancer, Name="one", Subnets=[subnets[0]] * 2)
    assert code == "InvalidConfigurationRequest"
    network = elb.create_load_balancer(Name="net", Type="network", Subnets=subnets[:1])
    (balancer,) = network["LoadBalancers"]
    arn = balancer["LoadBalancerArn"]
    code, _ = refused(elb.set_security_groups, LoadBalancerArn=arn, SecurityGroups=["sg-1"])
    assert code == "InvalidConfigurationRequest"
    protection = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=protection)
    code, _ = refused(elb.delete_load_balancer, LoadBalancerArn=arn)
    assert code == "OperationNotPermitted"
