"""What a run works with: the cluster, the region, the credentials..., each with its source."""

from __future__ import annotations

from typing import Literal

from ecscli.base.errors import Finding, InputError
from ecscli.base.limits import LAUNCH_TYPES
from ecscli.base.marks import Mark
from ecscli.base.records import field, record, replace

STACK_PREFIX = "amazon-ecs-cli-setup-"
NOWHERE = "not set"
ABOVE_INFRA_FILE = "ECS_CLUSTER"  # the variable that an infra file does not override, as flags


@record
class Flags:
    """What the command line names.

    `sandbox_url` is set exactly when the sandbox was asked for; it is empty where the sandbox need
    not run.
    """

    region: str | None = None
    ecs_profile: str | None = None
    aws_profile: str | None = None
    cluster_config: str | None = None
    cluster: str | None = None
    launch_type: str | None = None
    endpoint: str | None = None
    sandbox_url: str | None = None


@record
class Value:
    """A setting and where it came from, in words: a flag, a variable, a file and its entry."""

    value: str | None
    source: str

    def __bool__(self) -> bool:
        return bool(self.value)


UNSET = Value(None, NOWHERE)


@record
class Login:
    """Whose credentials sign: those of the sandbox, static keys, an AWS profile, or botocore's
    whole chain."""

    kind: Literal["sandbox", "static", "profile", "chain"]
    source: str
    profile: str | None = None
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)


@record
class Settings:
    """The effective settings of one run."""

    cluster: Value
    region: Value
    launch_type: Value
    stack_name: Value
    service_prefix: Value
    project_prefix: Value
    login: Login
    endpoint: str | None = None  # of ECS alone
    sandbox_url: str | None = None  # of every service
    fips: bool = False
    capability_iam: bool = False  # the infra file lets roles be made
    configured_region: Value = UNSET  # of the infra file or the stored configuration, under flags
    architecture: str | None = None  # of the instances that the infra file asks for
    notices: tuple[Finding, ...] = ()

    def need_cluster(self) -> str:
        """The cluster's name; InputError where nothing names it."""
        if not self.cluster.value:
            hint = (
                "use --cluster, ECS_CLUSTER, or `ecscli configure --cluster NAME --region REGION`"
                " (~/.ecs/config)"
            )
            raise InputError("no cluster is set", hint=hint)
        return self.cluster.value

    def need_region(self) -> str:
        """The region; InputError where nothing names it."""
        if not self.region.value:
            hint = (
                "use --region, `ecscli configure --cluster NAME --region REGION` (~/.ecs/config),"
                " AWS_REGION, or `region` of the AWS profile (~/.aws/config)"
            )
            where = None if self.region.source == NOWHERE else self.region.source
            raise InputError("no region is set", where, hint)
        return self.region.value

    def under(
        self,
        source: str,
        cluster: str | None = None,
        region: str | None = None,
        launch_type: str | None = None,
    ) -> Settings:
        """These settings with the values of an infra file: below flags and ECS_CLUSTER, above
        everything else."""
        chosen = _below_flags(self.cluster, Value(cluster, source))
        same_cluster = chosen.value == self.cluster.value
        return replace(
            self,
            cluster=chosen,
            region=_below_flags(self.region, Value(region, source)),
            configured_region=Value(region, source) if region else self.configured_region,
            launch_type=_below_flags(self.launch_type, launch_type_of(Value(launch_type, source))),
            stack_name=self.stack_name if same_cluster else default_stack(chosen.value),
        )


def _below_flags(here: Value, below: Value) -> Value:
    flagged = here.source.startswith("--") or here.source == ABOVE_INFRA_FILE
    if not below or (here and flagged):
        return here
    return below


def launch_type_of(found: Value, where: Mark | str | None = None) -> Value:
    """A launch type in capitals. Raises InputError for another word; `where` is its place in a
    file."""
    if not found.value:
        return UNSET
    name = found.value.upper()
    if name not in LAUNCH_TYPES:
        message = f'"{found.value}" is not a launch type'
        raise InputError(message, where or found.source, "EC2 or FARGATE")
    return Value(name, found.source)


def default_stack(cluster: str | None) -> Value:
    """The name that a cluster's stack has where nothing else is configured."""
    return Value(STACK_PREFIX + cluster, "default name for the cluster") if cluster else UNSET
