"""The types of the engine: Actions (what will be called), Plan (in which order), Event (what
happened).

An Action is data; `request` is the exact boto3 request, so that `--dry-run` prints what is
sent. A value that an earlier action will return is a `Ref` in the request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.base.records import field, record
from ecscli.compose.params.secret_settings import SSM

if TYPE_CHECKING:
    from ecscli.compose.secrets.shipped import ShippedSecret
    from ecscli.up.stack.model import ChangeSet

Request = Document


@record
class Ref:
    """A value that the action `name` will return; apply puts it in, diff prints it as
    ``<label>``."""

    name: str
    label: str


@record
class Part:
    """A part of what is waited for, such as a resource of a stack, by its name: a terminal has one
    line for it, which a later event of the part replaces. Without a text it has none, as the
    picture of the moment shows it. `is_over`: nothing more will come."""

    name: str
    text: str = ""
    is_over: bool = False


@record
class Event:
    """Something that happened, reported once: `kind` is info, progress, warning or done; a
    warning may have a hint. `part`: what it is a step of, where it is no more than that.

    Events of kind "live" carry `fields["lines"]`, the picture of the moment: a terminal redraws it,
    others skip it.
    """

    message: str
    kind: str = "info"
    fields: Document = field(default_factory=dict)
    hint: str | None = None
    part: Part | None = field(default=None, compare=False)


class Call(NamedTuple):
    """The boto3 client and method that an action calls, and its verb for people."""

    service: str
    operation: str
    verb: str


@record
class CreateLogGroup:
    """A log group, in a region of its own where the log driver names one; one that exists is left
    as it is. `implied`: nobody has asked for it by a flag."""

    call: ClassVar[Call] = Call("logs", "create_log_group", "create log group")
    request: Request
    region: str
    retention: int | None = None  # days; a second call
    implied: bool = False
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        return str(self.request["logGroupName"])


@record
class CreateRepository:
    """A repository of ECR for an image that is built. It is made once all images are built, before
    the rest of the plan is; a plan names it only where it is shown and not carried out."""

    call: ClassVar[Call] = Call("ecr", "create_repository", "create repository")
    request: Request
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        return str(self.request["repositoryName"])


@record
class BuildImage:
    """An image that is built and pushed, as `CreateRepository`; `image` is its whole name,
    `made_of` what it is where files are baked into it."""

    call: ClassVar[Call] = Call("ecr", "put_image", "build image")
    request: Request
    image: str
    made_of: str = ""
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        name = f"{self.request['repositoryName']}:{self.request['imageTag']}"
        return f"{name} ({self.made_of})" if self.made_of else name


@record
class DeleteRepository:
    """A repository of ECR that is deleted with its `images`, of which there are so many."""

    call: ClassVar[Call] = Call("ecr", "delete_repository", "repository")
    request: Request
    images: int
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        return str(self.request["repositoryName"])

    @property
    def label(self) -> str:
        """What a plan adds to its name."""
        return f"with {self.images} {'image' if self.images == 1 else 'images'}"


@record
class BuiltImage:
    """An image of ECR that was built for a task definition; account and region None: those in
    force."""

    repository: str
    digest: str
    account: str | None = None
    region: str | None = None


@record
class WriteSecret:
    """A secret of Secrets Manager or SSM that is created, restored or updated (`before` is empty
    then). `request` lacks the value, which is put in when it is sent."""

    secret: ShippedSecret
    request: Request
    before: Request | None = None
    restores: bool = False

    @property
    def call(self) -> Call:
        if self.restores:
            return Call("secretsmanager", "restore_secret", "secret")
        if self.secret.settings.store == SSM:
            return Call("ssm", "put_parameter", "secret")
        operation = "create_secret" if self.before is None else "put_secret_value"
        return Call("secretsmanager", operation, "secret")

    @property
    def subject(self) -> str:
        return self.secret.stored

    @property
    def label(self) -> str:
        """What a plan adds to its name."""
        if self.before is not None:
            return f"differs: {self.secret.label}"
        return f"restored, {self.secret.label}" if self.restores else self.secret.label


@record
class DeleteSecret:
    """A secret that is deleted, or scheduled for deletion."""

    store: str
    request: Request
    before: ClassVar[None] = None

    @property
    def call(self) -> Call:
        operation = "delete_parameter" if self.store == SSM else "delete_secret"
        return Call(self.store, operation, "secret")

    @property
    def subject(self) -> str:
        return str(self.request.get("SecretId") or self.request.get("Name"))

    @property
    def label(self) -> str:
        """What a plan adds to its name."""
        days = self.request.get("RecoveryWindowInDays")
        return f"can be restored for {days} days" if days else "at once"


@record
class DeleteFileSystem:
    """A file system of EFS that is deleted with its data, once nothing reaches it any more; `label`
    is what a plan adds to its name."""

    call: ClassVar[Call] = Call("efs", "delete_file_system", "file system")
    request: Request
    label: str
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        return str(self.request["FileSystemId"])


@record
class RegisterTaskDefinition:
    """A new revision. Returns ``taskDefinition`` (family:revision) and ``taskDefinitionArn``."""

    call: ClassVar[Call] = Call("ecs", "register_task_definition", "register task definition")
    request: Request
    before: Request | None = None  # the newest revision, in the same form
    newest: int = 0  # its number

    @property
    def subject(self) -> str:
        return str(self.request["family"])


@record
class RunTask:
    """Up to ten tasks in one call."""

    call: ClassVar[Call] = Call("ecs", "run_task", "run task")
    request: Request
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        definition = label_of(self.request["taskDefinition"])
        count = self.request["count"]
        return definition if count == 1 else f"{count} of {definition}"


@record
class StopTask:
    """One task; `before` names its task definition."""

    call: ClassVar[Call] = Call("ecs", "stop_task", "stop task")
    request: Request
    before: Request | None = None

    @property
    def subject(self) -> str:
        return task_id(str(self.request["task"]))


@record
class CreateService:
    call: ClassVar[Call] = Call("ecs", "create_service", "create service")
    request: Request
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        return str(self.request["serviceName"])


@record
class UpdateService:
    """`before` holds the live values of the fields that the request sets."""

    call: ClassVar[Call] = Call("ecs", "update_service", "update service")
    request: Request
    before: Request | None = None

    @property
    def subject(self) -> str:
        return str(self.request["service"])


@record
class DeleteService:
    call: ClassVar[Call] = Call("ecs", "delete_service", "delete service")
    request: Request
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        return str(self.request["service"])


@record
class StopDeployment:
    """A deployment that is under way ended by hand, with or without the way back."""

    call: ClassVar[Call] = Call("ecs", "stop_service_deployment", "stop deployment")
    request: Request
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        return short(str(self.request["serviceDeploymentArn"]))


@record
class ContinueDeployment:
    """A deployment that a hook has paused goes on, or back."""

    call: ClassVar[Call] = Call("ecs", "continue_service_deployment", "continue deployment")
    request: Request
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        return short(str(self.request["serviceDeploymentArn"]))


@record
class TagResource:
    call: ClassVar[Call] = Call("ecs", "tag_resource", "tag")
    request: Request
    before: Request | None = None

    @property
    def subject(self) -> str:
        return str(self.request["resourceArn"])


@record
class DeployStack:
    """A CloudFormation stack made or changed by a change set. Returns its outputs as
    ``STACK.OUTPUT``. `phase`: when it is done, in words, where a plan has it more than once."""

    call: ClassVar[Call] = Call("cloudformation", "create_change_set", "deploy stack")
    request: Request  # StackName, TemplateBody, Parameters, Capabilities, Tags
    before: Request | None = None
    phase: str = ""

    @property
    def subject(self) -> str:
        return str(self.request["StackName"])


@record
class DeleteStack:
    """`phase`: see DeployStack."""

    call: ClassVar[Call] = Call("cloudformation", "delete_stack", "delete stack")
    request: Request
    phase: str = ""
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        return str(self.request["StackName"])


@record
class CreateCluster:
    call: ClassVar[Call] = Call("ecs", "create_cluster", "create cluster")
    request: Request
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        return str(self.request["clusterName"])


@record
class UpdateCluster:
    """`before` holds the live values of the fields that the request sets."""

    call: ClassVar[Call] = Call("ecs", "update_cluster", "update cluster")
    request: Request
    before: Request | None = None

    @property
    def subject(self) -> str:
        return str(self.request["cluster"])


@record
class ExecuteChangeSet:
    """The changes of a stack, which CloudFormation has made a change set of; or which comparing
    templates found, and then there is nothing to execute yet."""

    call: ClassVar[Call] = Call("cloudformation", "execute_change_set", "change stack")
    change_set: ChangeSet
    before: ClassVar[None] = None

    @property
    def request(self) -> Request:
        return {"StackName": self.subject, "ChangeSetName": self.change_set.id}

    @property
    def subject(self) -> str:
        return self.change_set.stack_name


@record
class UpdateStack:
    """Parameters of a stack, whose template and other parameters stay."""

    call: ClassVar[Call] = Call("cloudformation", "update_stack", "update stack")
    request: Request
    stack_id: str
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        return str(self.request["StackName"])


@record
class StopTasks:
    """All tasks that still run in a cluster when this comes to its turn."""

    call: ClassVar[Call] = Call("ecs", "stop_task", "stop the tasks of cluster")
    request: Request
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        return str(self.request["cluster"])


@record
class DeregisterInstances:
    """All container instances that are left in a cluster when this comes to its turn."""

    call: ClassVar[Call] = Call(
        "ecs", "deregister_container_instance", "deregister the instances of cluster"
    )
    request: Request
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        return str(self.request["cluster"])


@record
class DeleteCluster:
    call: ClassVar[Call] = Call("ecs", "delete_cluster", "delete cluster")
    request: Request
    before: ClassVar[None] = None

    @property
    def subject(self) -> str:
        return str(self.request["cluster"])


# what is done to services and tasks, and what they need
Action = (
    CreateRepository
    | BuildImage
    | CreateLogGroup
    | WriteSecret
    | DeleteSecret
    | DeleteRepository
    | DeleteFileSystem
    | RegisterTaskDefinition
    | RunTask
    | StopTask
    | CreateService
    | UpdateService
    | DeleteService
    | StopDeployment
    | ContinueDeployment
    | TagResource
    | DeployStack
    | DeleteStack
)
# what is done to a cluster and its stack
ClusterAction = (
    CreateCluster
    | UpdateCluster
    | TagResource
    | ExecuteChangeSet
    | UpdateStack
    | DeleteService
    | StopTasks
    | DeleteStack
    | DeregisterInstances
    | DeleteCluster
)


@record
class Block:
    """Lines under a title that a plan has for people beside its actions."""

    title: str
    lines: tuple[str, ...]


@record
class Plan:
    """What will be done, in order; nothing where `actions` is empty. `notices` come before it
    starts, `blocks` explain what comes of it."""

    actions: tuple[Action, ...] = ()
    notices: tuple[Finding, ...] = ()
    blocks: tuple[Block, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.actions)

    def __add__(self, other: Plan) -> Plan:
        """Both as one, this one first."""
        return Plan(
            (*self.actions, *other.actions),
            (*self.notices, *other.notices),
            (*self.blocks, *other.blocks),
        )


@record
class ClusterPlan:
    """The same for a cluster and its stack."""

    actions: tuple[ClusterAction, ...] = ()
    notices: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.actions)


def task_id(arn: str) -> str:
    """The id of a task by its ARN: the last part."""
    return arn.rsplit("/", 1)[-1]


def short(arn: str) -> str:
    """``family:revision`` or the resource's name, from an ARN."""
    return arn.rsplit("/", 1)[-1]


def label_of(value: object) -> str:
    """A value as people read it: a Ref by its label, an ARN by its last part."""
    if isinstance(value, Ref):
        return f"<{value.label}>"
    text = str(value)
    return short(text) if text.startswith("arn:") else text


def refs(value: object) -> Iterator[Ref]:
    """Every Ref inside a request."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from refs(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from refs(part)


def filled(value: Any, look_up: Callable[[Ref], Any]) -> Any:
    """The same request with every Ref replaced."""
    if isinstance(value, Ref):
        return look_up(value)
    if isinstance(value, Mapping):
        return {name: filled(part, look_up) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [filled(part, look_up) for part in value]
    return value
