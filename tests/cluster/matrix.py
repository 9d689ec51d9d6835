"""Cluster documents in which every pair of options occurs; their templates are kept in golden/.

python -m tests.cluster.matrix      writes golden/ anew
"""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ecscli.base.records import replace
from ecscli.cluster.model import StackSpec
from ecscli.cluster.read.spec import build_spec
from ecscli.cluster.template import build

GOLDEN = Path(__file__).parent / "golden"
ONE_RULE: dict[str, Any] = {}
RULES = {
    "ingress": [
        {"port": 443},
        {"port": "8000-8100", "cidr": "2001:db8::/32", "protocol": "udp", "description": "games"},
        {"port": 22, "cidr": "my-ip"},
        {"port": 5432, "cidr": "sg-0123456789abcdef0"},
    ]
}
VPC = {
    "vpc": "vpc-0123456789abcdef0",
    "subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
}

# a factor is a list of (name, part of the document); the parts of one case are laid over each other
FACTORS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "network": [
        ("new", {}),
        (
            "zones",
            {
                "network": {
                    "zones": ["us-east-1a", "us-east-1b", "us-east-1c"],
                    "cidr": "10.9.0.0/20",
                }
            },
        ),
        ("one-subnet", {"network": {"subnets": 1}}),
        ("private", {"network": {"private-subnets": True}}),
        (
            "private3-nat-per-zone",
            {"network": {"subnets": 3, "private-subnets": True, "nat": "per-zone"}},
        ),
        ("vpc", {"network": VPC}),
        (
            "vpc-groups",
            {
                "network": {
                    **VPC,
                    "security-groups": ["sg-0123456789abcdef0", "sg-0123456789abcdef1"],
                }
            },
        ),
    ],
    "ingress": [("port", {}), ("rules", {"network": RULES})],
    "types": [
        ("default", {}),
        ("arm", {"capacity": {"instance-types": "t4g.small"}}),
        ("gpu", {"capacity": {"instance-types": "g5.xlarge"}}),
        ("mixed", {"capacity": {"instance-types": ["m5.large", "m5a.large"]}}),
    ],
    "market": [
        ("on-demand", {}),
        ("spot", {"capacity": {"spot": True}}),
        ("price", {"capacity": {"spot": {"max-price": 0.05}}}),
    ],
    "size": [
        ("default", {}),
        ("size", {"capacity": {"size": 3}}),
        ("min-max", {"capacity": {"min": 1, "desired": 2, "max": 5}}),
    ],
    "image": [
        ("newest", {}),
        ("ami", {"capacity": {"ami": "ami-0123456789abcdef0"}}),
        ("al2", {"capacity": {"ami": "amazon-linux-2"}}),
    ],
    "role": [
        ("ours", {"capability-iam": True}),
        ("own", {"capacity": {"instance-role": "machines"}}),
    ],
    "provider": [
        ("none", {}),
        ("managed", {"capacity": {"capacity-provider": True}}),
        (
            "protected",
            {
                "capacity": {
                    "capacity-provider": {"target-capacity": 80, "termination-protection": True}
                }
            },
        ),
        (
            "unmanaged",
            {
                "capacity": {
                    "capacity-provider": {"managed-scaling": False, "managed-draining": False}
                }
            },
        ),
    ],
    "fargate": [("no", {}), ("spot", {"fargate": {"spot": 3, "base": 1}})],
    "tags": [("no", {}), ("yes", {"tags": {"team": "shop", "Name": "ours", "größe": "5 + 5"}})],
    "machine": [
        ("plain", {}),
        (
            "volume",
            {
                "capacity": {
                    "root-volume": {
                        "size": 50,
                        "iops": 4000,
                        "throughput": 250,
                        "kms-key": "alias/x",
                    }
                }
            },
        ),
        (
            "script",
            {
                "capacity": {
                    "key-pair": "ops",
                    "user-data": [{"content": "#!/bin/sh\necho 'Grüße' 100%\n"}],
                }
            },
        ),
    ],
}
FARGATE: dict[str, dict[str, Any]] = {
    "fargate": {},
    "fargate-spot": {"fargate": {"on-demand": 0, "spot": 1}, "tags": {"team": "shop"}},
    "fargate-private": {"network": {"private-subnets": True}},
    "fargate-vpc": {"network": VPC},
    "fargate-balancer": {
        "load-balancer": {"certificate": "none", "scheme": "internal"},
        "network": {**VPC, "security-group": False},
    },
}
CERTIFICATES = "arn:aws:acm:us-east-1:123456789012:certificate"
BALANCED: dict[str, dict[str, Any]] = {
    "balancer": {"load-balancer": True, "network": {"subnets": 3}, "tags": {"team": "shop"}},
    "balancer-https": {"load-balancer": {"host": ["*.example.com", "example.org"]}},
    "balancer-served": {
        "load-balancer": {
            "certificate": f"{CERTIFICATES}/0a",
            "http": "serve",
            "scheme": "internal",
        },
        "network": {"private-subnets": True},
    },
    "balancer-request": {
        "load-balancer": {"host": ["*.example.com", "example.com"], "certificate": "request"}
    },
    "balancer-vpc": {
        "load-balancer": {"host": "shop.example.com", "http": "none"},
        "network": {**VPC, "security-groups": ["sg-0123456789abcdef0"]},
    },
}
FOUND = {("shop.example.com",): (f"{CERTIFICATES}/0a", f"{CERTIFICATES}/0b")}  # by host names


def cases() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, launch type and document of each case, the same ones in every run."""
    for number, choice in enumerate(
        pairwise({name: len(options) for name, options in FACTORS.items()}), 1
    ):
        document: dict[str, Any] = {}
        for name, index in choice.items():
            document = laid_over(document, FACTORS[name][index][1])
        if "security-groups" in document.get("network", {}):
            document["network"].pop("ingress", None)
        yield f"ec2-{number:02d}", "EC2", document
    for name, document in FARGATE.items():
        yield name, "FARGATE", document
    for name, document in BALANCED.items():
        yield name, "EC2", document


def pairwise(sizes: dict[str, int]) -> list[dict[str, int]]:
    """Choices of one option a factor, such that each pair of options of two factors occurs:
    greedily, not at random."""
    names = list(sizes)
    left = {
        ((a, i), (b, j))
        for a, b in itertools.combinations(names, 2)
        for i in range(sizes[a])
        for j in range(sizes[b])
    }
    rows = []
    while left:
        row = dict(min(left))
        for name in names:
            if name not in row:
                row[name] = max(
                    range(sizes[name]), key=lambda option: (_gain(left, row, name, option), -option)
                )
        left -= {
            pair for pair in left if row[pair[0][0]] == pair[0][1] and row[pair[1][0]] == pair[1][1]
        }
        rows.append({name: row[name] for name in names})
    return rows


def _gain(left: set[Any], row: dict[str, int], name: str, option: int) -> int:
    return sum(
        ((other, chosen), (name, option)) in left or ((name, option), (other, chosen)) in left
        for other, chosen in row.items()
    )


def laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    result = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = laid_over(result[key], value) if both else value
    return result


def stack(launch_type: str, document: dict[str, Any], root_device: str | None = None) -> StackSpec:
    spec = build_spec(document, "demo", launch_type, "us-east-1")
    found = replace(build.as_written(spec), my_ip="203.0.113.7/32", root_device=root_device)
    hosts = spec.balancer.hosts if spec.balancer else ()
    found = replace(found, certificates=FOUND.get(hosts, found.certificates))
    return build.stack_spec(spec, "amazon-ecs-cli-setup-demo", found)


def text(made: StackSpec) -> str:
    """A golden file: the parameters as comments, then the template."""
    lines = [f"# {name}={json.dumps(value)}" for name, value in made.parameters.items()]
    return "\n".join([*lines, made.template_body])


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for old in GOLDEN.glob("*.yaml"):
        old.unlink()
    for name, launch_type, document in cases():
        (GOLDEN / f"{name}.yaml").write_text(text(stack(launch_type, document)), encoding="utf-8")
