"""`load-balancer` of the infra document: what it becomes, and what is wrong with it."""

from pathlib import Path

from ecscli.cluster.model import SharedBalancer
from tests.cluster.read.test_spec import build, refused


def test_what_the_document_says(tmp_path: Path) -> None:
    assert build(tmp_path, "capability-iam: true\n").balancer is None
    assert build(tmp_path, "load-balancer: false\n").balancer is None
    plain = build(tmp_path, "load-balancer: true\n").balancer
    assert plain == SharedBalancer()
    assert not plain.has_tls
    found = build(tmp_path, "load-balancer: {host: ['*.Example.com', a.org], http: serve}\n")
    assert found.balancer == SharedBalancer(hosts=("*.example.com", "a.org"), http="serve")
    assert found.balancer.has_tls
    none = build(tmp_path, "load-balancer: {host: a.org, certificate: none}\n").balancer
    assert none
    assert not none.has_tls


def test_mistakes_have_their_places(tmp_path: Path) -> None:
    text = "load-balancer:\n  host: not a host\n  certificate: mine\nnetwork: {subnets: 1}\n"
    said = refused(tmp_path, text)
    assert 'ecs-cluster.yml:2:3: "not a host" is not a host name' in said
    assert 'ecs-cluster.yml:3:3: certificate: "mine" is not an ARN' in said
    assert "ecs-cluster.yml:1:1: a load balancer needs subnets in two zones" in said
    useless = refused(tmp_path, "load-balancer: {http: serve}\n")
    assert "ecs-cluster.yml:1:17: http says what port 80 does beside HTTPS" in useless
