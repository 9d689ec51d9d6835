"""The keys of ecs-cluster.yml: what each holds, and its description.

This table checks the file, and `cluster/schema/cluster.json` is `schema_document()` written down; a
test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.documents import Draft
from ecscli.base.keys.kinds import SWITCH, WORD, choice, exactly, pattern, whole
from ecscli.base.keys.lookups import BY, LOOKUP, LOOKUPS
from ecscli.base.keys.shapes import AnyName, Content, Each, Either, Key, Keys, json_schema
from ecscli.base.units import MOST_COUNTED
from ecscli.cluster.model import LAUNCH_TYPES

WORDS = Each(WORD, least=1)
INSTANCES = whole(0, MOST_COUNTED)


def _keys(rows: Mapping[str, tuple[Content, str]]) -> Keys:
    """A shape whose results have the names of the file."""
    return {name: Key(name, kind, about) for name, (kind, about) in rows.items()}


def _required(shape: Keys, *names: str) -> Keys:
    """The shape with these keys required."""
    return {name: key._replace(required=name in names) for name, key in shape.items()}


SPOT = _keys({"max-price": (exactly("number", "string"), "Dollars an hour.")})
ROOT_VOLUME = _keys(
    {
        "size": (whole(1, 65536), "GiB; the Amazon Linux images need at least 30."),
        "type": (
            choice("gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"),
            "Volume type. Default: gp3.",
        ),
        "iops": (whole(100), "I/O operations a second."),
        "throughput": (whole(125), "MiB a second, for gp3."),
        "encrypted": (SWITCH, "Encrypt the volume. Default: true."),
        "kms-key": (WORD, "KMS key to encrypt with."),
    }
)
USER_DATA = _required(
    _keys({"content": (WORD, "The text."), "name": (WORD, "A name for messages.")}), "content"
)
CAPACITY_PROVIDER = _keys(
    {
        "managed-scaling": (SWITCH, "ECS sizes the group between min and max. Default: true."),
        "target-capacity": (
            whole(1, 100),
            "Percent of the instances to keep in use. Default: 100.",
        ),
        "managed-draining": (
            SWITCH,
            "ECS moves tasks away before an instance ends. Default: true.",
        ),
        "termination-protection": (
            SWITCH,
            "Keep instances with tasks when the group shrinks. Default: false.",
        ),
    }
)
CAPACITY = _keys(
    {
        "instance-types": (
            Either((WORD, WORDS)),
            (
                "An instance type, or several of one architecture to choose from. Default:"
                " t3.micro, or t4g.micro on arm64."
            ),
        ),
        "size": (
            INSTANCES,
            "How many instances: the most that may run and, without `desired`, as many as run.",
        ),
        "min": (INSTANCES, "Fewest instances. Default: 0."),
        "desired": (INSTANCES, "How many instances run to begin with."),
        "max": (INSTANCES, "Most instances."),
        "architecture": (
            choice("x86_64", "arm64"),
            "Processor of the image. Default: that of the instance types.",
        ),
        "gpu": (
            SWITCH,
            "Use the image with GPU drivers. Default: true where the instance types have GPUs.",
        ),
        "ami": (
            WORD,
            (
                "An image id (ami-...), an SSM parameter (ssm:/path), or a family:"
                " amazon-linux-2023 (default) or amazon-linux-2."
            ),
        ),
        "spot": (
            Either((SWITCH, SPOT)),
            "Spot instances: true, or the highest price in dollars an hour.",
        ),
        "key-pair": (WORD, "EC2 key pair for SSH."),
        "instance-role": (
            WORD,
            "Name of an existing IAM role for the instances, instead of a new one.",
        ),
        "permissions-boundary": (
            WORD,
            "ARN of the policy that bounds the new role of the instances.",
        ),
        "session-manager": (
            SWITCH,
            (
                "Let Session Manager log in to the instances: their new role gets"
                " AmazonSSMManagedInstanceCore. Default: false."
            ),
        ),
        "imds-hop-limit": (
            whole(1, 64),
            (
                "Network hops that answers of the metadata service may take: with 1, containers in"
                " bridge mode cannot reach it. Default: 2."
            ),
        ),
        "public-ip": (
            SWITCH,
            "Give instances a public address. Default: true; false in private subnets.",
        ),
        "root-volume": (ROOT_VOLUME, "The instances' root volume."),
        "user-data": (
            Each(Either((WORD, USER_DATA))),
            (
                "What instances run or read at their first start: files (scripts, cloud-config,"
                " MIME archives) or text in place."
            ),
        ),
        "tag-instances": (SWITCH, "Give container instances the tags too. Default: true."),
        "capacity-provider": (
            Either((SWITCH, CAPACITY_PROVIDER)),
            (
                "Make the Auto Scaling group a capacity provider of the cluster: true, or its"
                " settings."
            ),
        ),
    }
)
PORT = exactly("integer", "string")
RULE = _required(
    _keys(
        {
            "port": (PORT, "A port, or a range: 8000-8100."),
            "cidr": (
                WORD,
                (
                    "Addresses (IPv4 or IPv6), my-ip for this machine's own, or a security group's"
                    " id. Default: 0.0.0.0/0."
                ),
            ),
            "protocol": (choice("tcp", "udp"), "Default: tcp."),
            "description": (WORD, "What the rule is for."),
        }
    ),
    "port",
)
NETWORK = _keys(
    {
        "cidr": (WORD, "Addresses of the new VPC. Default: 10.0.0.0/16."),
        "zones": (WORDS, "Availability zones for the new subnets."),
        "subnets": (
            Either((whole(1, 8), LOOKUPS)),
            (
                "Number of subnets to create (default: 2), a list of their CIDRs, or the existing"
                " VPC's subnets."
            ),
        ),
        "private-subnets": (
            SWITCH,
            (
                "Create a private subnet beside each public one, behind NAT, and put the instances"
                " there."
            ),
        ),
        "nat": (
            choice("single", "per-zone"),
            "One NAT gateway for all private subnets (single, the default) or one in each zone.",
        ),
        "vpc": (LOOKUP, f"An existing VPC, instead of a new one. {BY}"),
        "security-groups": (LOOKUPS, f"Existing security groups, instead of a new one. {BY}"),
        "security-group": (
            SWITCH,
            "false: no new security group. For Fargate, whose services can name their own.",
        ),
        "ingress": (
            Each(Either((PORT, RULE))),
            (
                "What the new security group lets in: ports, which anybody may reach, or rules."
                " Default: port 80 from anywhere."
            ),
        ),
    }
)
FARGATE = _keys(
    {
        "on-demand": (whole(0, 1000), "Weight of FARGATE. Default: 1."),
        "spot": (whole(0, 1000), "Weight of FARGATE_SPOT. Default: 0."),
        "base": (
            whole(0, 100_000),
            "Tasks that run on FARGATE before the weights count. Default: 0.",
        ),
    }
)
LOAD_BALANCER = _keys(
    {
        "certificate": (
            WORD,
            (
                "auto (default): certificates of ACM for the host names; an ARN; request: one is"
                " requested and validated in Route 53; none: HTTP alone."
            ),
        ),
        "host": (
            Either((WORD, WORDS)),
            "Host names that the certificates cover, one or several; *.example.com too.",
        ),
        "http": (
            choice("redirect", "serve", "none"),
            "What port 80 does beside HTTPS. Default: redirect.",
        ),
        "scheme": (
            choice("internet-facing", "internal"),
            "Who may reach it. Default: internet-facing.",
        ),
    }
)
EXEC_LOGGING = _keys(
    {
        "log-group": (WORD, "Existing CloudWatch log group."),
        "bucket": (WORD, "Existing S3 bucket."),
        "prefix": (WORD, "Key prefix in the bucket."),
        "kms-key": (WORD, "KMS key that encrypts the sessions."),
    }
)
CLUSTER = _keys(
    {
        "version": (choice(1, "1"), "Version of this format."),
        "required-version": (
            WORD,
            'Versions of ecscli that may work with this file, as ">=0.2, <1".',
        ),
        "cluster": (
            pattern("^[A-Za-z0-9_-]{1,255}$"),
            "Name of the ECS cluster: letters, digits, - and _, 255 at most.",
        ),
        "region": (pattern("^[a-z]{2}(-[a-z]+)+-[0-9]$"), "AWS region."),
        "account": (
            exactly("string", "integer"),
            "Account of this cluster; with credentials of another one nothing is done.",
        ),
        "launch-type": (
            choice(*LAUNCH_TYPES),
            "Where tasks run: on instances of the cluster, or on Fargate.",
        ),
        "capability-iam": (SWITCH, "Agree to a new IAM role for the instances."),
        "capacity": (CAPACITY, "The container instances."),
        "network": (NETWORK, "A new VPC, or an existing one."),
        "fargate": (
            FARGATE,
            (
                "Fargate and Fargate Spot as capacity providers of the cluster, and the cluster's"
                " default strategy."
            ),
        ),
        "load-balancer": (
            Either((SWITCH, LOAD_BALANCER)),
            (
                "An Application Load Balancer that the projects of the cluster share: true, or its"
                " settings."
            ),
        ),
        "container-insights": (
            choice("enabled", "disabled", "enhanced", True, False),
            "CloudWatch Container Insights.",
        ),
        "exec-logging": (EXEC_LOGGING, "Where sessions of `exec` are recorded."),
        "tags": (
            AnyName(exactly("string", "number", "boolean")),
            "Tags of the cluster, of everything in the stack, and of the instances.",
        ),
    }
)


def schema_document() -> Draft:
    """The JSON Schema of ecs-cluster.yml."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ecscli infra file (ecs-cluster.yml)",
        "description": (
            "One ECS cluster: its instances, network and settings. `ecscli up` creates it, and"
            " changes it in place."
        ),
        **json_schema(CLUSTER, strict=True),
    }
