"""Certificates that are requested and records in DNS: what CloudFormation takes, and records that
follow the services."""

import json

import pytest

from ecscli.base.balanced import REQUEST, TCP, BalancedPort, BalancerTraits
from ecscli.base.records import replace
from ecscli.support.balancer.model import WantedBalancer
from ecscli.support.balancer.names import (
    CERTIFICATE_REF,
    WantedNames,
    lasting_records,
    recorded_hosts,
)
from ecscli.support.balancer.part import balancer_part
from ecscli.support.template import compact_body
from tests.lint import lint
from tests.support.balancer.test_joined import BALANCER, SECURE, on
from tests.support.balancer.test_part import GOLDEN, SHOP, wanted, whole

ZONE = "Z0123456789ABCDEFGHIJ"
HOSTS = tuple((host, ZONE) for host in SHOP.hosts)
WITH_TLS = replace(
    BALANCER, listeners=(replace(SECURE, certificates=(CERTIFICATE_REF,)),), zone="Z32O12XQLNTSW2"
)


def named(balancer: WantedBalancer) -> WantedBalancer:
    return replace(balancer, names=WantedNames(HOSTS, HOSTS))


NAMED = {
    "names": named(
        wanted(
            SHOP,
            certificates=(CERTIFICATE_REF,),
            traits=BalancerTraits(certificate=REQUEST, dns=True),
        )
    ),
    "joined-names": named(on(WITH_TLS, SHOP)),
}


@pytest.mark.parametrize("name", NAMED)
def test_the_template_is_as_it_was_and_cloudformation_takes_it(name: str) -> None:
    body = compact_body(whole(NAMED[name]))
    assert lint(body, "eu-west-1") == []
    golden = GOLDEN / f"{name}.json"
    assert json.loads(body) == json.loads(golden.read_text()), "review it, then write it anew"


def test_a_network_balancer_alone_has_the_certificate_too() -> None:
    mqtt = BalancedPort("mqtt", 1883, 8883, TCP, hosts=("mqtt.example.com",), secure=True)
    balancer = replace(
        wanted(mqtt, network_certificates=(CERTIFICATE_REF,)),
        names=WantedNames((("mqtt.example.com", ZONE),)),
    )
    resources = balancer_part(balancer).resources
    assert resources["Certificate"]["Properties"]["DomainName"] == "mqtt.example.com"


def test_records_lead_elsewhere_once_the_services_are_there() -> None:
    own, joined = (balancer_part(one) for one in NAMED.values())
    assert recorded_hosts(own.resources) == set(SHOP.hosts)
    lasting = lasting_records(own, joined)
    assert set(lasting.resources) == {
        *("RecordShopExampleCom", "RecordShopExampleComV6"),
        *("RecordAnyShopExampleCom", "RecordAnyShopExampleComV6"),
    }
    assert all(one == own.resources[id_] for id_, one in lasting.resources.items())
    nothing = balancer_part(wanted(BalancedPort("web", 80)))
    assert not lasting_records(own, nothing), "they go"
