"""What is read before a load balancer is made: subnets, certificates and zones that do not fit, and
those that the credentials may not list."""

from collections.abc import Iterator
from typing import Any

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import AccessError, EcsCliError, InputError
from ecscli.base.keys.lookups import VpcResource
from ecscli.base.marks import Mark
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.up.balancer.certificates import find_certificates
from ecscli.up.balancer.network import BalancerQuery, read_balancer_network
from ecscli.up.balancer.zones import Setting, find_zones, refuse_others

AT = Mark("ecs-params.yml", 3, 5)
ZONES = {"subnet-a": "us-east-1a", "subnet-b": "us-east-1b", "subnet-c": "us-east-1c"}


class Account(Aws):
    """A VPC whose subnets a and b are public, each in a zone of its own; what `refused` names is
    not allowed."""

    def __init__(self, *refused: str) -> None:
        super().__init__(resolve(Flags(region="us-east-1"), {"HOME": "/nowhere"}))
        self.refused, self.asked = refused, list[str]()

    def pages(self, service: str, operation: str, key: str, /, **parameters: Any) -> Iterator[Any]:
        self.asked.append(operation)
        if operation in self.refused:
            raise AccessError(f"{operation} is not allowed", code="AccessDenied")
        return iter(getattr(self, operation)())

    def call(self, service: str, operation: str, /, **parameters: Any) -> Any:
        self.asked.append(operation)
        if operation in self.refused:
            raise AccessError(f"{operation} is not allowed", code="AccessDenied")
        return {"ResourceRecordSets": [{"Name": "a.example.com.", "Type": "A"}]}

    def list_certificates(self) -> list[dict[str, Any]]:
        return [
            {"CertificateArn": "arn:all"},
            {
                "CertificateArn": "arn:first",
                "SubjectAlternativeNameSummaries": ["a.example.com"],
                "HasAdditionalSubjectAlternativeNames": True,
            },
        ]

    def describe_subnets(self) -> list[dict[str, Any]]:
        return [
            {"SubnetId": id_, "AvailabilityZone": zone, "VpcId": "vpc-1"}
            for id_, zone in ZONES.items()
        ]

    def describe_route_tables(self) -> list[dict[str, Any]]:
        local = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}
        way = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}
        return [
            table("rtb-public", [local, way], "subnet-a", "subnet-b"),
            table("rtb-closed", [local], "subnet-c"),
        ]


def table(id_: str, routes: list[dict[str, str]], *subnets: str) -> dict[str, Any]:
    return {
        "RouteTableId": id_,
        "Routes": routes,
        "Associations": [{"SubnetId": one} for one in subnets],
    }


def refusal(*subnets: str, tasks: tuple[str, ...] = ()) -> InputError:
    named = tuple(VpcResource(id=one, where=AT) for one in subnets)
    with pytest.raises(InputError) as refused:
        read_balancer_network(Account(), BalancerQuery(vpc="vpc-1", subnets=named, tasks=tasks))
    return refused.value


def test_a_subnet_without_a_way_in_is_refused_with_its_route_table() -> None:
    [finding] = refusal("subnet-a", "subnet-c").findings
    assert finding.message == (
        "load_balancer.subnets: subnet-c has no route to an internet gateway, which clients come"
        " through (route table rtb-closed)"
    )
    assert str(finding.where) == str(AT)


def test_fewer_than_two_zones_are_refused_with_what_makes_the_others_private() -> None:
    [finding] = refusal("subnet-a").findings
    assert finding.message == (
        "a load balancer needs subnets in two zones of vpc-1, and there is one in us-east-1a alone"
    )
    query = BalancerQuery(vpc="vpc-1", word="private")
    with pytest.raises(InputError, match="needs private subnets in two zones of vpc-1, and there"):
        read_balancer_network(Account(), query)


@pytest.mark.parametrize("subnets", [(), ("subnet-a", "subnet-b")])
def test_tasks_in_another_zone_are_refused(subnets: tuple[str, ...]) -> None:
    [finding] = refusal(*subnets, tasks=("subnet-b", "subnet-c")).findings
    assert finding.message == (
        "tasks run in us-east-1c (subnet-c), where the load balancer has no subnet: it would not"
        " use them"
    )


def test_tasks_in_its_zones_are_taken() -> None:
    query = BalancerQuery(vpc="vpc-1", tasks=("subnet-b",))
    assert read_balancer_network(Account(), query).subnets == ("subnet-a", "subnet-b")


def test_certificates_that_may_not_be_listed_are_not_found() -> None:
    account = Account("list_certificates")
    with pytest.raises(InputError) as refused:
        find_certificates(account, ["a.example.com", "b.example.com"])
    assert refused.value.message == (
        "no issued certificate of ACM is known in us-east-1 for a.example.com, b.example.com:"
        " list_certificates is not allowed"
    )
    assert str(refused.value.hint).startswith("allow the action, request one in ACM")
    assert account.asked == ["list_certificates"]


def test_zones_that_may_not_be_listed_are_not_found() -> None:
    account, setting = (
        Account("list_hosted_zones"),
        Setting("load_balancer.dns", AT, "leave it out"),
    )
    with pytest.raises(InputError) as refused:
        find_zones(account, ["a.example.com", "b.example.com"], setting)
    [finding] = refused.value.findings
    assert finding.message == (
        "load_balancer.dns: no public hosted zone is known for a.example.com, b.example.com:"
        " list_hosted_zones is not allowed"
    )
    assert finding.hint == "allow the action, or leave it out"
    assert account.asked == ["list_hosted_zones"]


def test_what_a_list_of_certificates_has_counts_where_they_may_not_be_described() -> None:
    account = Account("describe_certificate")
    assert find_certificates(account, ["a.example.com"]) == ("arn:first",)
    with pytest.raises(InputError, match="describe_certificate is not allowed"):
        find_certificates(account, ["a.example.com", "c.example.com"])


def test_records_that_may_not_be_listed_are_said_and_not_refused() -> None:
    account, setting = Account("list_resource_record_sets"), Setting("load_balancer.dns", AT)
    hosts = [("a.example.com", "Z1"), ("b.example.com", "Z1"), ("own.example.com", "Z1")]
    [finding] = refuse_others(account, hosts, ["own.example.com"], setting)
    assert finding.message == (
        "load_balancer.dns: whether a.example.com, b.example.com has a record already could not be"
        " found out: list_resource_record_sets is not allowed"
    )
    assert finding.where == AT
    with pytest.raises(InputError, match=r"a\.example\.com has a record A already in zone Z1"):
        refuse_others(Account(), hosts, [], setting)


def test_credentials_that_are_over_are_told_as_such() -> None:
    class Over(Account):
        def pages(self, *given: Any, **parameters: Any) -> Iterator[Any]:
            raise AccessError("the session is over", code="ExpiredToken")

    with pytest.raises(EcsCliError) as refused:
        find_certificates(Over(), ["a.example.com"])
    assert isinstance(refused.value, AccessError)
