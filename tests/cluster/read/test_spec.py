"""The infra document: what it becomes, and everything that is wrong with it, told at once and in
its place."""

from pathlib import Path
from typing import Any

import pytest

from ecscli.base.errors import InputError
from ecscli.base.keys.lookups import VpcResource
from ecscli.cluster.model import Capacity, ClusterSpec, Rule
from ecscli.cluster.read import infra_file, legacy
from ecscli.cluster.read.spec import build_spec


def load(tmp_path: Path, text: str) -> Any:
    (tmp_path / "ecs-cluster.yml").write_text(text)
    return infra_file.load(tmp_path / "ecs-cluster.yml", "ecs-cluster.yml")


def build(
    tmp_path: Path, text: str, flags: dict[str, Any] | None = None, launch_type: str = "EC2"
) -> ClusterSpec:
    tree = legacy.overlay(load(tmp_path, text) if text else {}, flags or {})
    return build_spec(tree, "demo", launch_type, "us-east-1")


def capacity(spec: ClusterSpec) -> Capacity:
    assert spec.capacity is not None
    return spec.capacity


def refused(
    tmp_path: Path, text: str, flags: dict[str, Any] | None = None, launch_type: str = "EC2"
) -> str:
    with pytest.raises(InputError) as caught:
        build(tmp_path, text, flags, launch_type)
    return "\n".join(caught.value.lines())


EVERYTHING = """\
version: 1
cluster: shop
region: eu-central-1
account: "012345678901"
launch-type: EC2
capability-iam: true
capacity:
  instance-types: [m7g.large, m6g.large]
  min: 1
  desired: 2
  max: 6
  ami: ssm:/images/ours
  spot: {max-price: 0.05}
  key-pair: ops
  root-volume: {size: 50, type: gp3, iops: 4000, throughput: 250, encrypted: true}
  user-data:
    - content: "#!/bin/sh\\ntrue\\n"
  capacity-provider: {managed-scaling: true, target-capacity: 80, termination-protection: true}
network:
  cidr: 10.7.0.0/16
  subnets: 3
  private-subnets: true
  nat: per-zone
  ingress:
    - port: 443
    - {port: 8000-8100, cidr: my-ip, protocol: udp, description: games}
fargate: {spot: 3, base: 1}
container-insights: enhanced
exec-logging: {log-group: /ecs/exec}
tags: {team: shop, cost centre: 42}
"""


def test_everything_that_a_file_can_say(tmp_path: Path) -> None:
    spec = build(tmp_path, EVERYTHING)
    instances = capacity(spec)
    assert spec.account == "012345678901"
    assert spec.capability_iam
    assert instances.types == ("m7g.large", "m6g.large")
    assert (instances.size.minimum, instances.size.desired, instances.size.maximum) == (1, 2, 6)
    assert instances.image.reference == "resolve:ssm:/images/ours"
    assert instances.image.architecture == "arm64"
    assert (instances.spot, instances.spot_price) == (True, "0.05")
    assert instances.volume is not None
    assert (instances.volume.size, instances.volume.throughput) == (50, 250)
    assert instances.provider is not None
    assert instances.provider.target == 80
    assert not instances.public_ip, "instances in private subnets have no public address"
    assert spec.network.public == ("10.7.0.0/24", "10.7.1.0/24", "10.7.2.0/24")
    assert spec.network.private == ("10.7.3.0/24", "10.7.4.0/24", "10.7.5.0/24")
    assert spec.network.ingress == (Rule(443, 443), Rule(8000, 8100, "my-ip", "udp", "games"))
    assert spec.fargate is not None
    assert (spec.fargate.on_demand, spec.fargate.spot, spec.fargate.base) == (1, 3, 1)
    assert spec.insights == "enhanced"
    assert spec.tags == (("team", "shop"), ("cost centre", "42"))


def test_nothing_said_is_one_small_instance_in_two_subnets(tmp_path: Path) -> None:
    spec = build(tmp_path, "")
    instances = capacity(spec)
    assert instances.types == ("t3.micro",)
    assert (
        instances.image.parameter
        == "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
    )
    assert (instances.size.minimum, instances.size.maximum, instances.size.given) == (0, 1, False)
    assert spec.network.public == ("10.0.0.0/24", "10.0.1.0/24")
    assert spec.network.ingress == (Rule(80, 80),)


def test_an_existing_vpc_by_id_name_and_tag(tmp_path: Path) -> None:
    spec = build(
        tmp_path,
        "network: {vpc: main, subnets: [subnet-0123456789abcdef0, {tag: {tier: web}}],"
        " security-groups: [web]}",
    )
    assert spec.network.vpc == VpcResource(
        name="main", where=spec.network.vpc and spec.network.vpc.where
    )
    assert [str(one) for one in spec.network.subnets] == ["subnet-0123456789abcdef0", "tier=web"]
    assert spec.network.groups[0].name == "web"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "capacity: {sise: 2}",
            'ecs-cluster.yml:1:12: capacity: unknown key "sise"\n  hint: did you mean "size"?',
        ),
        (
            "capacity: {size: two}",
            "ecs-cluster.yml:1:12: capacity.size: must be a whole number; it is text",
        ),
        ("capacity: {size: -1}", "must be at least 0"),
        ("capacity: {min: 3, max: 2}", "ecs-cluster.yml:1:12: min is 3, more than max, 2"),
        ("capacity: {min: 1, max: 4, desired: 9}", "desired is 9, not between min 1 and max 4"),
        ("capacity: {size: 2, max: 3}", "size is 2 and max is 3"),
        (
            "capacity: {instance-types: [t3.micro, t4g.micro]}",
            "t4g.micro is arm64 and t3.micro is x86_64",
        ),
        (
            "capacity: {instance-types: t3.micro, architecture: arm64}",
            "t3.micro has x86_64 processors",
        ),
        ("capacity: {instance-types: huge}", '"huge" is not an instance type'),
        ("capacity: {instance-types: g5g.xlarge}", "no ECS image with GPU drivers for arm64"),
        ("capacity: {ami: ubuntu}", 'ami: "ubuntu" is not an image'),
        ("capacity: {spot: {max-price: cheap}}", '"cheap" is not a price'),
        ("capacity: {instance-role: 'arn:aws:iam::1:role/x'}", "is not the name of a role"),
        (
            "capacity: {instance-role: r}\ncapability-iam: true",
            "use --instance-role or --capability-iam, not both",
        ),
        (
            "capacity: {root-volume: {type: gp2, throughput: 200}}",
            "a gp2 volume has no throughput setting",
        ),
        ("capacity: {root-volume: {type: io2}}", "a volume of type io2 needs iops"),
        (
            "capacity: {root-volume: {encrypted: false, kms-key: k}}",
            "kms-key needs encrypted: true",
        ),
        (
            "capacity: {user-data: [nosuch.sh]}",
            "ecs-cluster.yml:1:24: user data file nosuch.sh cannot be read: No such",
        ),
        (
            'capacity: {user-data: [{content: "Content-Type: multipart/mixed\\n\\nnothing"}]}',
            "not a whole MIME archive",
        ),
        (
            "capacity: {capacity-provider: {managed-scaling: false, termination-protection: true}}",
            "termination-protection needs managed-scaling",
        ),
        (
            "capacity: {public-ip: true}\nnetwork: {private-subnets: true}",
            "cannot have a public address",
        ),
        ("network: {cidr: 10.0.0.0/8}", "AWS takes ranges from /16 to /28"),
        ("network: {cidr: nonsense}", '"nonsense" is not an address range'),
        ("network: {cidr: 10.0.0.0/28}", "10.0.0.0/28 is too small for 4 subnets"),
        (
            "network: {subnets: [10.0.0.0/24, 10.0.0.0/25]}",
            "subnets 10.0.0.0/24 and 10.0.0.0/25 overlap",
        ),
        (
            "network: {subnets: [10.9.0.0/24, 10.0.0.0/25]}",
            "subnet 10.9.0.0/24 is not inside 10.0.0.0/16",
        ),
        (
            "network: {subnets: [10.0.0.0/24], private-subnets: true}",
            "as many private ranges as public ones",
        ),
        ("network: {nat: single}", "nat is for private subnets"),
        ("network: {zones: [eu-west-1a]}", "zone eu-west-1a is not in region us-east-1"),
        ("network: {zones: [us-east-1a, us-east-1a]}", "zone us-east-1a is named twice"),
        ("network: {zones: [one]}", '"one" is not an availability zone'),
        (
            "network: {zones: [us-east-1a, us-east-1b, us-east-1c], subnets: 2}",
            "3 zones are named for 2 subnets",
        ),
        ("network: {vpc: vpc-12345678, zones: [us-east-1a]}", "zones is for a new VPC"),
        ("network: {vpc: vpc-12345678}", "a VPC is given, and no subnets of it"),
        ("network: {subnets: [subnet-12345678]}", "subnets are given, and no VPC"),
        ("network: {subnets: [web, subnet-1]}", "subnets are given, and no VPC"),
        ("version: two", "version: must be one of 1; it is"),
        ("network: {security-groups: [sg-12345678]}", "security groups are given, and no VPC"),
        (
            "network: {vpc: v, subnets: [s], security-groups: [g], ingress: [{port: 80}]}",
            "ingress rules belong to a new security group",
        ),
        ("network: {ingress: [{port: 99999}]}", 'ecs-cluster.yml:1:22: "99999" is not a port'),
        (
            "network: {ingress: [{port: 80, cidr: 300.1.1.1/8}]}",
            '"300.1.1.1/8" is not an address range',
        ),
        ("account: 12ab", '"12ab" is not an account id'),
        ("fargate: {on-demand: 0}", "on-demand and spot are both 0"),
        ("exec-logging: {prefix: x}", "exec-logging names no place to log to"),
        ("tags: {'aws:x': y}", "names that begin with aws: belong to AWS"),
        ("cluster: 'no spaces'", "cluster"),
        ("- a\n- list\n", "must be a mapping"),
        ("cluster: [", "not valid YAML"),
        ("", None),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, text: str, expected: str | None
) -> None:
    if expected is None:
        with pytest.raises(InputError, match="the file is empty"):
            load(tmp_path, text)
        return
    assert expected in refused(tmp_path, text)


def test_all_findings_come_together(tmp_path: Path) -> None:
    told = refused(
        tmp_path,
        "capacity: {min: 3, max: 2, ami: x}\nnetwork: {nat: single, ingress: [{port: x}]}\naccount:"
        " 1x\n",
    )
    assert told.count("ecs-cluster.yml:") == 5


def test_a_missing_file_says_which_flag_names_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file") as caught:
        infra_file.load(tmp_path / "x.yml", "x.yml")
    assert "--cluster-file" in str(caught.value.hint)


class TestFlags:
    """The flags of ecs-cli's `up`."""

    def test_each_flag_sets_its_key(self, tmp_path: Path) -> None:
        flags = {
            "--keypair": "k",
            "--instance-type": "m5.large",
            "--spot-price": "0.1",
            "--image-id": "ami-0123",
            "--no-associate-public-ip-address": True,
            "--size": "4",
            "--azs": "us-east-1a,us-east-1b",
            "--cidr": "192.0.2.0/24",
            "--port": ("22",),
            "--tags": "a=b,c=d=e",
            "--capability-iam": True,
        }
        spec = build(tmp_path, "", flags)
        instances = capacity(spec)
        assert (instances.key_pair, instances.types, instances.spot_price) == (
            "k",
            ("m5.large",),
            "0.1",
        )
        assert (instances.image.id, instances.public_ip, instances.size.maximum) == (
            "ami-0123",
            False,
            4,
        )
        assert spec.network.zones == ("us-east-1a", "us-east-1b")
        assert spec.network.ingress == (Rule(22, 22, "192.0.2.0/24"),)
        assert spec.tags == (("a", "b"), ("c", "d=e"))

    def test_the_existing_network_flags(self, tmp_path: Path) -> None:
        spec = build(
            tmp_path,
            "",
            {
                "--vpc": "vpc-12345678",
                "--subnets": "subnet-12345678, two",
                "--security-group": "sg-12345678",
            },
        )
        assert str(spec.network.vpc) == "vpc-12345678"
        assert list(map(str, spec.network.subnets)) == ["subnet-12345678", "two"]

    def test_flags_win_over_the_file(self, tmp_path: Path) -> None:
        spec = build(
            tmp_path, EVERYTHING, {"--size": "9", "--port": ("8080",), "--tags": "team=other"}
        )
        assert (
            capacity(spec).size.minimum,
            capacity(spec).size.maximum,
            capacity(spec).size.desired,
        ) == (0, 9, None)
        assert spec.network.ingress == (Rule(8080, 8080),)
        assert spec.tags == (("team", "other"), ("cost centre", "42"))

    def test_each_port_of_the_flags_is_a_rule(self, tmp_path: Path) -> None:
        spec = build(tmp_path, EVERYTHING, {"--port": ("80", "8000-8100")})
        assert spec.network.ingress == (Rule(80, 80), Rule(8000, 8100))
        narrow = build(tmp_path, "", {"--port": ("80", "443"), "--cidr": "192.0.2.0/24"})
        assert [rule.source for rule in narrow.network.ingress] == ["192.0.2.0/24"] * 2

    def test_a_port_alone_is_a_rule(self, tmp_path: Path) -> None:
        spec = build(tmp_path, "network: {ingress: [443, 8000-8100, {port: 53, protocol: udp}]}\n")
        assert spec.network.ingress == (
            Rule(443, 443),
            Rule(8000, 8100),
            Rule(53, 53, protocol="udp"),
        )
        flagged = build(tmp_path, "network: {ingress: [443]}\n", {"--cidr": "192.0.2.0/24"})
        assert flagged.network.ingress == (Rule(443, 443, "192.0.2.0/24"),)

    def test_a_data_store_that_is_open_to_the_world_is_a_warning(self, tmp_path: Path) -> None:
        spec = build(tmp_path, "network: {ingress: [80, 5432, {port: 6379, cidr: my-ip}]}\n")
        assert [notice.message for notice in spec.notices] == [
            "port 5432 of a data store is open to the world: 0.0.0.0/0"
        ]

    def test_an_empty_flag_is_not_given(self, tmp_path: Path) -> None:
        assert build(tmp_path, "", {"--size": "", "--vpc": "", "--tags": None}) == build(
            tmp_path, ""
        )

    @pytest.mark.parametrize(
        ("flags", "expected"),
        [
            ({"--size": "many"}, '--size: "many" is not a whole number'),
            ({"--tags": "a=b,"}, '--tags: "" is not of the form name=value'),
            ({"--tags": "a"}, '--tags: "a" is not of the form name=value'),
            ({"--vpc": "v", "--azs": "us-east-1a,us-east-1b"}, "--azs: zones is for a new VPC"),
            ({"--instance-role": "a,b"}, "--instance-role: one instance role only"),
            ({"--instance-role": "a", "--capability-iam": True}, "not both"),
            (
                {"--security-group": "sg-12345678"},
                "--security-group: security groups are given, and no VPC",
            ),
            ({"--vpc": "v"}, "--vpc: a VPC is given, and no subnets of it"),
            ({"--subnets": "subnet-12345678"}, "--subnets: subnets are given, and no VPC"),
            ({"--cidr": "x"}, '--cidr: "x" is not an address range'),
            ({"--port": ("http",)}, '--port: "http" is not a port'),
            ({"--size": "many", "--tags": "a"}, "--size"),
        ],
    )
    def test_what_is_wrong_names_the_flag(
        self, tmp_path: Path, flags: dict[str, Any], expected: str
    ) -> None:
        assert expected in refused(tmp_path, "", flags)

    def test_flags_without_meaning_on_fargate_are_notices_and_keys_of_the_file_are_refused(
        self, tmp_path: Path
    ) -> None:
        spec = build(tmp_path, "", {"--size": "2", "--keypair": "k"}, "FARGATE")
        assert spec.capacity is None
        assert [notice.message for notice in spec.notices] == [
            "capacity.key-pair has no meaning on Fargate",
            "capacity.size has no meaning on Fargate",
        ]
        assert "capacity.size has no meaning on Fargate" in refused(
            tmp_path, "capacity: {size: 2}", {}, "FARGATE"
        )
        entry = {"--extra-user-data": [{"name": "x", "content": "y"}]}
        assert "capacity.user-data has no meaning on Fargate" in refused(
            tmp_path, "", entry, "FARGATE"
        )

    def test_the_file_itself_is_left_alone(self, tmp_path: Path) -> None:
        tree = load(tmp_path, EVERYTHING)
        legacy.overlay(tree, {"--size": "9", "--tags": "x=y"})
        assert tree["capacity"]["max"] == 6
        assert "x" not in tree["tags"]


@pytest.mark.parametrize("key", ["cluster", "region", "launch-type", "account"])
@pytest.mark.parametrize("value", ["[a]", "{a: b}", "true", "1.5"])
def test_who_the_file_is_about_is_said_in_words(tmp_path: Path, key: str, value: str) -> None:
    (tmp_path / "ecs-cluster.yml").write_text(f"{key}: {value}\n")
    with pytest.raises(InputError) as caught:
        infra_file.identity(tmp_path)
    assert str(caught.value.where) == f"ecs-cluster.yml:1:{len(key) + 3}"


def test_user_data_files_together_are_no_larger_than_user_data(tmp_path: Path) -> None:
    (tmp_path / "part").write_text("#" * 9000)
    (tmp_path / "ecs-cluster.yml").write_text("capacity:\n  user-data: [part, part, part]\n")
    with pytest.raises(InputError) as caught:
        infra_file.load(tmp_path / "ecs-cluster.yml", "ecs-cluster.yml")
    assert str(caught.value.where) == "ecs-cluster.yml:2:21"


@pytest.mark.parametrize("account", ["012345670123", "098765432109", "12345678901"])
def test_an_account_may_be_written_without_quotes(tmp_path: Path, account: str) -> None:
    (tmp_path / "ecs-cluster.yml").write_text(f"account: {account}\n")
    assert infra_file.identity(tmp_path).account == account.zfill(12)


def test_weights_of_fargate_beside_a_capacity_provider_are_a_warning(tmp_path: Path) -> None:
    found = build(tmp_path, "capacity: {capacity-provider: true}\nfargate: {spot: 3}\n").notices
    (notice,) = [one for one in found if "fargate" in one.message]
    assert notice.message.startswith("fargate.spot has no effect")
    assert str(notice.where) == "ecs-cluster.yml:2:11"
    assert not build(tmp_path, "fargate: {spot: 3}\n").notices
