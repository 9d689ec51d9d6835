"""A load balancer under another logical id, with all that refers to it."""

import json

from ecscli.base.balanced import BalancedPort
from ecscli.base.records import replace
from ecscli.support.balancer.part import balancer_part
from ecscli.support.balancer.transition.changes import replacements
from ecscli.support.balancer.transition.renewal import balancer_ids, next_id
from tests.support.balancer.test_part import BALANCERS, wanted


def test_everything_refers_to_the_new_name() -> None:
    ids = {"LoadBalancer": "LoadBalancer2", "NetworkBalancer": next_id("NetworkBalancer2")}
    part = balancer_part(replace(BALANCERS["network"], ids=ids))
    assert balancer_ids(part.resources) == {
        "LoadBalancer": "LoadBalancer2",
        "NetworkBalancer": "NetworkBalancer3",
    }
    texts = json.dumps([part.resources, part.outputs])
    assert '"LoadBalancer"' not in texts
    assert '"NetworkBalancer"' not in texts
    assert '"LoadBalancerSecurityGroup"' in texts


def test_a_new_one_may_have_another_scheme() -> None:
    before = wanted(BalancedPort("web", 80))
    traits = replace(before.traits, scheme="internal")
    after = replace(before, traits=traits)
    assert list(replacements(balancer_part(before), balancer_part(after)))
    renewed = replace(after, ids={"LoadBalancer": "LoadBalancer2"})
    assert not list(replacements(balancer_part(before), balancer_part(renewed)))
