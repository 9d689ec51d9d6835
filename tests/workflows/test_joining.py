"""Services that join a load balancer of the cluster or of somebody else: whether its certificates
are for their hosts, whether it speaks what they need, and how many zones a second balancer needs."""

from collections.abc import Iterator
from typing import Any

import pytest

from ecscli.aws.client import Aws
from ecscli.base.balanced import GRPC, NONE, REQUEST, TCP, BalancedPort, BalancerTraits
from ecscli.base.errors import AccessError, InputError
from ecscli.base.marks import Mark
from ecscli.base.records import replace
from ecscli.compose.balancing.model import Balancing
from ecscli.compose.balancing.share import Share
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.support.balancer.existing import ExistingListener
from ecscli.support.balancer.part import balancer_part
from ecscli.support.names import stack_tags
from ecscli.support.template import compact_body
from ecscli.up.balancer.network import BalancerQuery
from ecscli.up.service.names import Names
from ecscli.up.stack.model import Stack
from ecscli.up.support.live import LiveSupport
from ecscli.workflows.balancer import (
    RequestedBalancer,
    balancer_remarks,
    query_of,
    wanted_balancer,
)
from ecscli.workflows.joining import join_existing
from tests.support.balancer.test_part import SUBNETS, VPC, wanted

ACM = "arn:aws:acm:eu-west-1:123456789012:certificate/{}"
OWN, OTHER, IAM = ACM.format("own"), ACM.format("other"), "arn:aws:iam::123456789012:server-cert/x"
NAMES_OF = {OWN: ["example.com", "*.example.com"], OTHER: ["shop.example.org"]}
AT = Mark("compose.yml", 6, 13)
HOSTS = ("shop.example.com", "shop.example.org", "a.b.example.com")


class Account(Aws):
    """A balancer with a listener of HTTPS, or of HTTP where it has no certificate."""

    def __init__(self, *certificates: str, denied: tuple[str, ...] = ()) -> None:
        super().__init__(resolve(Flags(region="eu-west-1"), {"HOME": "/nowhere"}))
        self.certificates, self.denied = certificates, denied
        self.calls, self.rules = list[str](), list[Any]()

    def pages(self, service: str, operation: str, key: str, /, **given: Any) -> Iterator[Any]:
        return iter(self.call(service, operation, **given)[key])

    def call(self, service: str, operation: str, /, **given: Any) -> Any:
        self.calls.append(operation)
        if operation in self.denied:
            raise AccessError(f"{service}:{operation} is not allowed", code="AccessDenied")
        return getattr(self, operation)(**given)

    def describe_load_balancers(self, **_: Any) -> Any:
        found = {"LoadBalancerArn": "arn:lb", "LoadBalancerName": "theirs", "Type": "application"}
        return {"LoadBalancers": [{**found, "DNSName": "theirs.elb", "VpcId": VPC}]}

    def describe_listeners(self, **_: Any) -> Any:
        port, protocol = (443, "HTTPS") if self.certificates else (80, "HTTP")
        return {"Listeners": [{"ListenerArn": "arn:l", "Port": port, "Protocol": protocol}]}

    def describe_rules(self, **_: Any) -> Any:
        return {"Rules": self.rules}

    def describe_listener_certificates(self, **_: Any) -> Any:
        return {"Certificates": [{"CertificateArn": one} for one in self.certificates]}

    def describe_certificate(self, CertificateArn: str) -> Any:
        names = NAMES_OF[CertificateArn]
        return {"Certificate": {"DomainName": names[0], "SubjectAlternativeNames": names}}

    def describe_subnets(self, **_: Any) -> Any:
        row = {"SubnetId": SUBNETS[0], "AvailabilityZone": "eu-west-1a", "VpcId": VPC}
        return {"Subnets": [row]}

    def describe_route_tables(self, **_: Any) -> Any:
        way = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}
        ways = [{"Main": True}]
        return {"RouteTables": [{"RouteTableId": "rtb-1", "Routes": [way], "Associations": ways}]}


def requested(
    *ports: BalancedPort, use: str = "theirs", certificate: str = ""
) -> RequestedBalancer:
    arn = certificate if certificate.startswith("arn:") else ""
    traits = BalancerTraits(certificate=certificate or "auto")
    balancing = Balancing(ports, traits, share=Share(use, certificate=arn), word="public")
    return RequestedBalancer(Names("shop", "demo"), balancing, wanted(*ports).groups)


def joined(
    aws: Account, asked: RequestedBalancer, live: LiveSupport | None = None
) -> RequestedBalancer:
    return join_existing(aws, asked, BalancerQuery(vpc=VPC), live or LiveSupport())


def web(*hosts: str, **more: Any) -> BalancedPort:
    return BalancedPort("web", 80, hosts=hosts, mark=AT, **more)


def test_hosts_that_no_certificate_covers_are_refused_at_their_service() -> None:
    with pytest.raises(InputError) as refused:
        joined(Account(OWN), requested(web(*HOSTS)))
    [finding] = refused.value.findings
    assert finding.where == AT
    assert finding.message == (
        "services.web.load_balancer: no certificate at port 443 covers shop.example.org,"
        " a.b.example.com"
    )


@pytest.mark.parametrize(
    ("certificates", "hosts", "certificate"),
    [
        ((OWN, OTHER), HOSTS[:2], ""),
        ((OWN,), HOSTS[:2], OTHER),  # which the project adds
        ((OWN,), ("*.example.com",), ""),
        ((OWN,), HOSTS, REQUEST),  # for all hosts
        ((OWN,), HOSTS, NONE),  # they are those of something in front of it
        ((), HOSTS, ""),  # the listener speaks HTTP
    ],
)
def test_hosts_that_are_covered_or_not_compared_are_taken(
    certificates: tuple[str, ...], hosts: tuple[str, ...], certificate: str
) -> None:
    asked = requested(web(*hosts), certificate=certificate)
    assert joined(Account(*certificates), asked).existing is not None


def test_a_certificate_that_the_project_takes_away_covers_nothing() -> None:
    asked = requested(web(*HOSTS[:2]), certificate=OTHER)
    added = joined(Account(OWN), asked)
    part = wanted_balancer(None, added, BalancerQuery(vpc=VPC), LiveSupport())
    tags = stack_tags("demo", "shop")
    stack = Stack("id", "ecscli-demo-shop", "CREATE_COMPLETE", tags=tags)
    live = LiveSupport(stack, compact_body(balancer_part(part)))
    with pytest.raises(InputError, match=r"covers shop\.example\.org$"):
        joined(Account(OWN, OTHER), requested(web(*HOSTS[:2])), live)


@pytest.mark.parametrize(
    ("certificates", "denied", "why"),
    [
        ((OWN,), ("describe_listener_certificates",), "elbv2:describe_listener_certificates is"),
        ((OWN,), ("describe_certificate",), "acm:describe_certificate is not allowed"),
        ((OWN, IAM), (), f"certificate {IAM} is not of ACM"),
    ],
)
def test_what_may_not_be_read_is_said_and_not_refused(
    certificates: tuple[str, ...], denied: tuple[str, ...], why: str
) -> None:
    asked = joined(Account(*certificates, denied=denied), requested(web("shop.example.org")))
    balancer = wanted_balancer(None, asked, BalancerQuery(vpc=VPC), LiveSupport())
    [remark] = balancer_remarks(balancer, False, LiveSupport().part(asked.names))
    assert remark.message.startswith(
        "whether a certificate at port 443 covers shop.example.org could not be found out: "
    )
    assert why in remark.message


def test_nobody_asks_for_certificates_where_no_service_has_a_host() -> None:
    account = Account(OWN)
    joined(account, requested(web(paths=("/api",))))
    assert "describe_listener_certificates" not in account.calls
    assert ExistingListener("arn:l", 443, "HTTPS").uncovered(HOSTS) == ()


def test_a_certificate_needs_a_listener_with_https() -> None:
    with pytest.raises(InputError, match=r"load_balancer\.certificate: its listener speaks HTTP"):
        joined(Account(), requested(web("shop.example.com"), certificate=OTHER))


def test_requests_and_numbers_that_others_have_are_refused_at_their_service() -> None:
    path = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api", "/api/*"]}}
    account = Account()
    account.rules.append({"RuleArn": "arn:r", "Priority": "7", "Conditions": [path]})
    with pytest.raises(InputError) as refused:
        joined(account, requested(web(paths=("/api",), priority=7)))
    assert [(one.where, one.message.partition(": ")[2]) for one in refused.value.findings] == [
        (AT, "another project has a rule 7 at port 80"),
        (AT, "rule 7 at port 80, of somebody else, takes the same requests"),
    ]
    account.rules.clear()
    with pytest.raises(InputError, match="port 80 has all requests for web already"):
        joined(account, requested(web(), replace(web(), service="api")))


def test_grpc_by_its_path_alone_takes_the_certificate_of_the_balancer_that_is_there() -> None:
    port = web(paths=("/shop.Cart",), version=GRPC)
    assert joined(Account(OWN), requested(port)).ports[0].listener == 443
    for account, use in ((Account(), "theirs"), (Account(OWN), "")):
        with pytest.raises(InputError, match="GRPC needs HTTPS, and there is no certificate"):
            joined(account, requested(port, use=use))


def test_a_network_balancer_beside_a_shared_one_needs_one_zone() -> None:
    game = BalancedPort("game", 27015, 27015, TCP)
    asked = requested(web(paths=("/x",)), game)
    query = query_of(asked, "", VPC, ())
    assert query.fewest == 2
    account = Account(OWN)
    asked = join_existing(account, asked, query, LiveSupport())
    assert wanted_balancer(account, asked, query, LiveSupport()).subnets == SUBNETS[:1]
    with pytest.raises(InputError, match="needs public subnets in two zones"):
        wanted_balancer(account, requested(web(), game, use="own"), query, LiveSupport())
