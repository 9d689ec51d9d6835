"""The cluster that is wanted, whole and checked: what an infra file and the flags of `up`
become."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.balanced import AUTO, INTERNET_FACING, NONE, REDIRECT
from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.base.keys.lookups import VpcResource
from ecscli.base.limits import EC2, FARGATE
from ecscli.base.marks import Mark, where
from ecscli.base.records import field, record

LAUNCH_TYPES = (EC2, FARGATE)  # that a cluster can be made for
ANYWHERE = "0.0.0.0/0"
DEFAULT_CIDR = "10.0.0.0/16"
DEFAULT_TYPE = "t3.micro"
ECS_IMAGES = "/aws/service/ecs/optimized-ami/"


@record
class MachineImage:
    """What instances start from: an image id, or the name of the SSM parameter that holds one."""

    id: str | None = None
    parameter: str | None = None
    architecture: str = "x86_64"

    @property
    def is_of_ecs(self) -> bool:
        """True for one of the images that ECS publishes, whose root device is known."""
        return (self.parameter or "").startswith(ECS_IMAGES)

    @property
    def reference(self) -> str:
        """The value for a launch template: EC2 reads ``resolve:ssm:`` again at each start of an
        instance."""
        return self.id or f"resolve:ssm:{self.parameter}"


@record
class GroupSize:
    """How many instances. `desired` None: as many as `maximum`. `given` False: keep what the stack
    has."""

    minimum: int = 0
    maximum: int = 1
    desired: int | None = None
    given: bool = False


@record
class RootVolume:
    """The root volume; `size` in GiB, `throughput` in MiB a second."""

    size: int | None = None
    type: str | None = None
    iops: int | None = None
    throughput: int | None = None
    encrypted: bool | None = None
    kms_key: str | None = None


@record
class Extra:
    """Extra user data: the text of one file."""

    name: str
    text: str


@record
class CapacityProvider:
    """The Auto Scaling group as a capacity provider; `target` is the percentage of capacity to keep
    in use."""

    managed_scaling: bool = True
    target: int = 100
    managed_draining: bool = True
    termination_protection: bool = False


@record
class Capacity:
    """The container instances."""

    types: tuple[str, ...]
    size: GroupSize
    image: MachineImage
    spot: bool = False
    spot_price: str | None = None
    key_pair: str | None = None
    instance_role: str | None = None
    public_ip: bool = True
    volume: RootVolume | None = None
    extras: tuple[Extra, ...] = ()
    tag_instances: bool = True
    provider: CapacityProvider | None = None
    hop_limit: int = 2
    permissions_boundary: str | None = None
    session_manager: bool = False


@record
class Rule:
    """One ingress rule. `source` is a CIDR, IPv4 or IPv6, a security group id, or ``my-ip``."""

    first: int
    last: int
    source: str = ANYWHERE
    protocol: str = "tcp"
    description: str | None = None


@record
class ClusterNetwork:
    """A new VPC with `public` (and, on request, `private`) subnets, or an existing one."""

    cidr: str = DEFAULT_CIDR
    public: tuple[str, ...] = ("10.0.0.0/24", "10.0.1.0/24")
    private: tuple[str, ...] = ("10.0.2.0/24", "10.0.3.0/24")
    zones: tuple[str, ...] = ()
    private_subnets: bool = False
    nat_per_zone: bool = False
    vpc: VpcResource | None = None
    subnets: tuple[VpcResource, ...] = ()
    groups: tuple[VpcResource, ...] = ()
    ingress: tuple[Rule, ...] = (Rule(80, 80),)
    own_group: bool = True

    @property
    def makes_group(self) -> bool:
        """Whether a security group is made."""
        return self.own_group and not self.groups


@record
class SharedBalancer:
    """The Application Load Balancer that the projects of the cluster share. `certificate` is an
    ARN, or AUTO, NONE or REQUEST; `http`: what port 80 does beside HTTPS."""

    certificate: str = AUTO
    hosts: tuple[str, ...] = ()
    http: str = REDIRECT
    scheme: str = INTERNET_FACING

    @property
    def has_tls(self) -> bool:
        return self.certificate not in (AUTO, NONE) or (
            self.certificate == AUTO and bool(self.hosts)
        )


@record
class Fargate:
    """Fargate's capacity providers: weights, and how many tasks run on demand before weights
    count."""

    on_demand: int = 1
    spot: int = 0
    base: int = 0


@record
class ExecLogging:
    """Where `exec` sessions are recorded."""

    log_group: str | None = None
    bucket: str | None = None
    prefix: str | None = None
    kms_key: str | None = None


@record
class ClusterSpec:
    """Everything that `up` makes.

    `document` is the plain tree it was built from, files' contents included; `tree` the same with
    its marks.
    """

    name: str
    launch_type: str = EC2
    region: str | None = None
    account: str | None = None
    capability_iam: bool = False
    capacity: Capacity | None = None
    network: ClusterNetwork = ClusterNetwork()
    fargate: Fargate | None = None
    balancer: SharedBalancer | None = None
    insights: str | None = None
    exec_logging: ExecLogging | None = None
    tags: tuple[tuple[str, str], ...] = ()
    document: Document = field(default_factory=dict)
    notices: tuple[Finding, ...] = ()
    tree: object = field(default=None, repr=False, compare=False)

    def place(self, *path: str) -> Mark | None:
        """The place of the key at `path` in the document, or the flag that set it."""
        return where(self.tree, *path)


@record
class Existing:
    """What only AWS knows: ids of existing things that the spec names, this machine's address as a
    CIDR, the root device of an image that is not ECS's own, the certificates of the balancer by
    ARN, and its hosts, each with the id of its hosted zone."""

    vpc: str | None = None
    subnets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    my_ip: str | None = None
    root_device: str | None = None
    certificates: tuple[str, ...] = ()
    zones: tuple[tuple[str, str], ...] = ()


@record
class StackSpec:
    """A stack that is wanted. Parameters in `keep` stay as they are where the stack exists
    already."""

    name: str
    template_body: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    keep: frozenset[str] = frozenset()
