"""What a document must not carry into CloudFormation, and what is said of the ports that it
opens."""

from pathlib import Path
from typing import Any

import pytest

from ecscli.base.errors import InputError
from ecscli.cluster.read import exposure, infra_file, legacy
from ecscli.cluster.read.spec import build_spec

SECRET = "{{resolve:secretsmanager:prod/db:SecretString:password}}"


def load(tmp_path: Path, text: str) -> Any:
    (tmp_path / "ecs-cluster.yml").write_text(text)
    return infra_file.load(tmp_path / "ecs-cluster.yml", "ecs-cluster.yml")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"tags: {{team: '{SECRET}'}}", "1:8: tags.team"),
        (f"tags: {{'{SECRET}': team}}", f"1:8: tags.{SECRET}"),
        ("tags: {team: 'a{{RESOLVE:ssm:x}}b'}", "1:8: tags.team"),
        (
            f"network:\n  ingress:\n  - {{port: 80, description: '{SECRET}'}}",
            "3:16: network.ingress.0.description",
        ),
        (f"capacity: {{key-pair: '{SECRET}'}}", "1:12: capacity.key-pair"),
        (
            f"capacity: {{user-data: [{{name: '{SECRET}', content: x}}]}}",
            "capacity.user-data.0.name",
        ),
        (f"exec-logging: {{log-group: '{SECRET}'}}", "exec-logging.log-group"),
        (
            f"network: {{vpc: {{tag: {{Name: '{SECRET}'}}}}, subnets: [subnet-12345678]}}",
            "network.vpc.tag.Name",
        ),
    ],
)
def test_a_dynamic_reference_is_refused_where_it_stands(
    tmp_path: Path, text: str, place: str
) -> None:
    with pytest.raises(InputError) as caught:
        build_spec(load(tmp_path, text), "demo")
    shown = "\n".join(caught.value.lines())
    assert place in shown
    assert "CloudFormation would carry out {{resolve:...}} here" in shown
    assert "hint: write the value itself" in shown


@pytest.mark.parametrize(
    "flag", ["--tags", "--keypair", "--instance-role", "--vpc", "--security-group"]
)
def test_a_flag_is_refused_by_its_name(flag: str) -> None:
    value = f"team={SECRET}" if flag == "--tags" else SECRET
    with pytest.raises(InputError) as caught:
        build_spec(legacy.overlay({}, {flag: value}), "demo")
    assert f"{flag}: " in "\n".join(caught.value.lines())


def test_the_name_of_a_cluster_is_no_reference() -> None:
    with pytest.raises(InputError, match="the cluster's name"):
        build_spec({}, SECRET)


def test_user_data_may_say_what_it_likes(tmp_path: Path) -> None:
    tree = load(tmp_path, f"capacity: {{user-data: [{{content: '#!/bin/sh\n\n  echo {SECRET}'}}]}}")
    assert build_spec(tree, "demo").capacity


def notices(rules: Any) -> list[str]:
    found = build_spec({"network": {"ingress": rules}}, "demo").notices
    return [notice.message for notice in found]


@pytest.mark.parametrize(
    ("rule", "cidr"),
    [
        ({"port": 22}, "0.0.0.0/0"),
        ({"port": 22, "cidr": "::/0"}, "::/0"),
        ({"port": "20-30", "cidr": "0.0.0.0/1"}, "0.0.0.0/1"),
    ],
)
def test_ssh_to_the_world_is_a_warning_that_names_the_range(
    rule: dict[str, Any], cidr: str
) -> None:
    assert notices([rule]) == [f"SSH, port 22, is open to the world: {cidr}"]


@pytest.mark.parametrize(
    "rule",
    [
        {"port": 22, "cidr": "my-ip"},
        {"port": 22, "cidr": "192.0.2.0/24"},
        {"port": 22, "protocol": "udp"},
        {"port": 80},
    ],
)
def test_other_rules_are_none(rule: dict[str, Any]) -> None:
    assert notices([rule]) == []


def test_nobody_asks_for_ssh_by_a_key_pair() -> None:
    spec = build_spec({"capacity": {"key-pair": "ops"}}, "demo")
    assert [(rule.first, rule.last) for rule in spec.network.ingress] == [(80, 80)]


def test_what_is_open_to_the_world_is_said() -> None:
    rules = [
        {"port": 443},
        {"port": "8000-8100", "protocol": "udp"},
        {"port": 5432, "cidr": "10.0.0.0/8"},
        {"port": 22},
    ]
    spec = build_spec({"network": {"ingress": rules}}, "demo")
    assert list(exposure.facts(spec.network)) == [
        "Port 443 (tcp) is open to the world: 0.0.0.0/0",
        "Ports 8000-8100 (udp) are open to the world: 0.0.0.0/0",
    ]


@pytest.mark.parametrize(
    ("capacity", "told"),
    [
        ({"permissions-boundary": "boundary"}, '"boundary" is no ARN of a policy'),
        (
            {"permissions-boundary": "arn:aws:iam::123456789012:policy/b", "instance-role": "mine"},
            "an instance role is given, and a boundary is set on the one that would be made",
        ),
        (
            {"session-manager": True, "instance-role": "mine"},
            "an instance role is given, and Session Manager is let in",
        ),
    ],
)
def test_what_is_for_the_role_that_is_made_needs_one(capacity: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        build_spec({"capacity": capacity}, "demo")


@pytest.mark.parametrize(("value", "fits"), [(0, False), (1, True), (64, True), (65, False)])
def test_the_hop_limit_has_the_range_of_ec2(tmp_path: Path, value: int, fits: bool) -> None:
    text = f"capacity: {{imds-hop-limit: {value}}}"
    if fits:
        load(tmp_path, text)
        return
    with pytest.raises(InputError, match="imds-hop-limit"):
        load(tmp_path, text)
