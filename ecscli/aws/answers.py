"""Whether an answer is AWS's: its content type and form, the members that a command cannot do
without, their types.

In comes botocore's raw response, and later the parsed one; out goes the answer, or ForeignAnswer
with what is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from ecscli.aws.attempts import SEARCHES
from ecscli.base.documents import Document, Draft

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from botocore.model import OperationModel, Shape, StructureShape

LIST, STRUCTURE, MAP = "list", "structure", "map"
REQUEST_ID = "x-amzn-requestid"  # moto labels JSON as HTML, but it sends AWS's request id


class Form(NamedTuple):
    """How the answers of a protocol look: their media types, and one of them as an example."""

    media: re.Pattern[str]
    example: str


JSON = Form(re.compile(r"application/(x-amz-json-1\.[01]|json)"), "application/x-amz-json-1.1")
XML = Form(re.compile(r"(text|application)/xml"), "text/xml")
CBOR = Form(re.compile(r"application/cbor"), "application/cbor")
FORMS = {
    "json": JSON,
    "rest-json": JSON,
    "query": XML,
    "ec2": XML,
    "rest-xml": XML,
    "smithy-rpc-v2-cbor": CBOR,
}

# Python's types for the values of JSON, by the type of the model; what is not here is not looked at
TYPES: Mapping[str, tuple[type, ...]] = {
    STRUCTURE: (dict,),
    MAP: (dict,),
    LIST: (list,),
    "string": (str,),
    "character": (str,),
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (float, int),
    "double": (float, int),
    "timestamp": (float, int, str),
}
WORDS = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}

TEMPORARY = tuple(
    f"Credentials.{name}"
    for name in ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")
)
# The members without which a command would take nothing for an answer: botocore's models call no
# output required. `a.b` is member b of a, or of each item of the list a; `a?.b` the same where a
# may be absent, as an empty list may be in XML.
NEEDED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ecs": {
        "continue_service_deployment": ("serviceDeploymentArn",),
        "create_cluster": ("cluster.clusterName",),
        "create_service": ("service.serviceArn", "service.status"),
        "delete_cluster": ("cluster",),
        "delete_service": ("service.serviceArn", "service.status"),
        "delete_task_definitions": ("taskDefinitions",),
        "deregister_container_instance": ("containerInstance",),
        "deregister_task_definition": ("taskDefinition",),
        "describe_capacity_providers": ("capacityProviders.name",),
        "describe_clusters": ("clusters.clusterName", "clusters.status"),
        "describe_container_instances": ("containerInstances.containerInstanceArn",),
        "describe_service_deployments": ("serviceDeployments.serviceDeploymentArn",),
        "describe_service_revisions": ("serviceRevisions.serviceRevisionArn",),
        "describe_services": ("services.serviceArn", "services.status"),
        "describe_task_definition": (
            "taskDefinition.taskDefinitionArn",
            "taskDefinition.containerDefinitions",
        ),
        "describe_tasks": ("tasks.taskArn", "tasks.taskDefinitionArn", "tasks.lastStatus"),
        "execute_command": ("session.sessionId", "session.streamUrl", "session.tokenValue"),
        "list_account_settings": ("settings",),
        "list_clusters": ("clusterArns",),
        "list_container_instances": ("containerInstanceArns",),
        "list_service_deployments": ("serviceDeployments.serviceDeploymentArn",),
        "list_services": ("serviceArns",),
        "list_task_definition_families": ("families",),
        "list_task_definitions": ("taskDefinitionArns",),
        "list_tasks": ("taskArns",),
        "register_task_definition": ("taskDefinition.taskDefinitionArn",),
        "run_task": ("tasks.taskArn",),
        "stop_service_deployment": ("serviceDeploymentArn",),
        "stop_task": ("task.taskArn",),
        "update_cluster": ("cluster",),
        "update_service": ("service.serviceArn", "service.status"),
    },
    "logs": {
        "describe_log_groups": ("logGroups.logGroupName",),
        "filter_log_events": ("events",),
        "get_log_events": ("events",),
    },
    "ecr": {
        "batch_get_image": ("images.imageId",),
        "create_repository": ("repository.repositoryArn",),
        "delete_repository": ("repository.repositoryName",),
        "describe_images": ("imageDetails.imageDigest",),
        "describe_repositories": ("repositories.repositoryName",),
        "get_authorization_token": (
            "authorizationData.authorizationToken",
            "authorizationData.proxyEndpoint",
        ),
        "list_tags_for_resource": ("tags",),
        "put_lifecycle_policy": ("repositoryName",),
    },
    "secretsmanager": {
        "batch_get_secret_value": ("SecretValues.Name",),
        "create_secret": ("ARN",),
        "describe_secret": ("ARN",),
        "put_secret_value": ("ARN",),
        "restore_secret": ("ARN",),
    },
    "acm": {
        "describe_certificate": ("Certificate.DomainName",),
        "list_certificates": ("CertificateSummaryList.CertificateArn",),
    },
    "application-autoscaling": {
        "describe_scalable_targets": ("ScalableTargets.ResourceId",),
        "describe_scaling_policies": ("ScalingPolicies.PolicyName",),
        "describe_scheduled_actions": ("ScheduledActions.ScheduledActionName",),
    },
    "cloudwatch": {
        "describe_alarms": ("MetricAlarms.AlarmName",),
        "get_metric_data": ("MetricDataResults.Id",),
    },
    "events": {
        "describe_rule": ("Name",),
        "list_rule_names_by_target": ("RuleNames",),
        "list_targets_by_rule": ("Targets.Arn",),
    },
    "scheduler": {"get_schedule": ("Name",), "list_schedules": ("Schedules.Name",)},
    "ec2": {
        "describe_network_interfaces": ("NetworkInterfaces?.NetworkInterfaceId",),
        "describe_route_tables": ("RouteTables?.RouteTableId",),
        "describe_security_groups": ("SecurityGroups?.GroupId",),
        "describe_subnets": ("Subnets?.SubnetId", "Subnets?.VpcId"),
        "describe_vpc_attribute": ("VpcId",),
        "describe_vpcs": ("Vpcs?.VpcId",),
    },
    "efs": {
        "describe_access_points": ("AccessPoints.AccessPointId",),
        "describe_file_systems": ("FileSystems.FileSystemId",),
        "describe_mount_targets": ("MountTargets.MountTargetId",),
    },
    "elbv2": {
        "describe_listener_certificates": ("Certificates?.CertificateArn",),
        "describe_listeners": ("Listeners?.ListenerArn",),
        "describe_load_balancer_attributes": ("Attributes",),
        "describe_load_balancers": ("LoadBalancers?.LoadBalancerArn",),
        "describe_rules": ("Rules?.RuleArn",),
        "describe_target_groups": ("TargetGroups?.TargetGroupArn",),
        "describe_target_health": ("TargetHealthDescriptions?.Target.Id",),
    },
    "fsx": {"describe_file_systems": ("FileSystems.FileSystemId",)},
    "kms": {"describe_key": ("KeyMetadata.Arn",)},
    "ssm": {
        "get_parameters": ("Parameters.Name",),
        "list_tags_for_resource": ("TagList",),
        "put_parameter": ("Version",),
        "start_session": ("SessionId", "StreamUrl", "TokenValue"),
    },
    "servicediscovery": {
        "discover_instances": ("Instances",),
        "get_namespace": ("Namespace.Id",),
        "get_service": ("Service.Id",),
        "list_namespaces": ("Namespaces.Id", "Namespaces.Name", "Namespaces.Type"),
    },
    "service-quotas": {"get_service_quota": ("Quota.Value",)},
    "s3": {"list_objects_v2": ("Name",)},
    "sts": {
        "assume_role": TEMPORARY,
        "get_caller_identity": ("Account", "Arn"),
        "get_session_token": TEMPORARY,
    },
    "iam": {
        "create_policy": ("Policy.Arn",),
        "create_role": ("Role.Arn",),
        "get_policy": ("Policy.DefaultVersionId",),
        "get_policy_version": ("PolicyVersion.Document",),
        "get_instance_profile": ("InstanceProfile.InstanceProfileName",),
        "get_role": ("Role.Arn",),
        "simulate_principal_policy": (
            "EvaluationResults.EvalActionName",
            "EvaluationResults.EvalDecision",
        ),
    },
    "cloudformation": {
        "create_change_set": ("Id", "StackId"),
        "describe_change_set": ("Status", "StackId"),
        "describe_stacks": ("Stacks.StackId", "Stacks.StackStatus"),
        "get_template": ("TemplateBody",),
        "update_stack": ("StackId",),
    },
    "route53": {
        "get_hosted_zone": ("HostedZone",),
        "list_hosted_zones": ("HostedZones.Id", "HostedZones.Name"),
        "list_resource_record_sets": ("ResourceRecordSets.Name", "ResourceRecordSets.Type"),
    },
}


# The outer elements of S3's answers, which have names of their own
ROOTS = {"GetBucketLocation": "LocationConstraint", "ListObjectsV2": "ListBucketResult"}

# Texts that nothing here reads, by shape and member; moto 5.2.1 sends them as numbers
UNREAD_SIZES = {("Container", "cpu"), ("Container", "memory"), ("Container", "memoryReservation")}
# Pages of one answer. A thousand hold a hundred thousand items; pages of a search in logs may be
# empty
MOST_PAGES, MOST_SEARCHED = 1_000, 5_000
# what names the page after, in the services that we call
TOKENS = (
    "nextToken",
    "NextToken",
    "Marker",
)


class ForeignAnswer(Exception):
    """What came back is not AWS's answer; the message says in what it differs.

    `call` is the one that was answered so, where it is not the caller's own: botocore takes roles
    by itself.
    """

    call = ""


Refuse = Callable[[ForeignAnswer], Exception]


class Answer(Draft):
    """A structure of an answer: to read a member that is not there raises what `refuse` makes of
    it."""

    __slots__ = ("refuse",)
    refuse: Refuse

    def __missing__(self, member: str) -> NoReturn:
        raise self.refuse(ForeignAnswer(f"it has no member {member}"))


def check_raw(**event: Any) -> None:
    """Raise ForeignAnswer for a response that the operation cannot have given: botocore's event
    before-parse.

    Errors of the server's side (5xx) pass: they are tried again, whoever sent them.
    """
    operation, response = event["operation_model"], event["response_dict"]
    streams = operation.has_event_stream_output or operation.has_streaming_output
    if streams or response["status_code"] >= 500:
        return
    service = operation.service_model
    form = FORMS[service.resolved_protocol]
    try:
        _check_media(form, response)
        if form in CHECKS:
            CHECKS[form](operation, response)
    except ForeignAnswer as error:
        error.call = f"{service.service_name} {operation.name}"
        raise


def _check_media(form: Form, response: Document) -> None:
    sent = str(response["headers"].get("content-type") or "").partition(";")[0].strip().lower()
    if sent and not form.media.fullmatch(sent) and REQUEST_ID not in response["headers"]:
        raise ForeignAnswer(f"HTTP {response['status_code']} with {sent} instead of {form.example}")


def _check_json(operation: OperationModel, response: Document) -> None:
    body, good = response["body"], response["status_code"] < 300
    try:
        document = json.loads(body) if body else {}
    except ValueError:
        raise ForeignAnswer(
            f"HTTP {response['status_code']} with a body that is not JSON"
        ) from None
    if document in (None, ""):  # how moto writes nothing
        return
    if not isinstance(document, dict):
        raise ForeignAnswer(f"HTTP {response['status_code']} with JSON that is not an object")
    shape = operation.output_shape
    problem = next(wrong_types(document, shape), None) if good and shape is not None else None
    if problem:
        raise ForeignAnswer(problem)


def wrong_types(value: object, shape: Shape, place: str = "") -> Iterator[str]:
    """What in a JSON value is of another type than the model's, in words; null is absent.

    `shape` is one of botocore.model's.
    """
    expected = TYPES.get(shape.type_name)
    if value is None or expected is None or getattr(shape, "is_document_type", False):
        return
    if _is_of(expected, value):
        yield from _wrong_parts(value, shape, place)
    else:
        found = WORDS.get(type(value), "something")
        yield f"{place or 'the body'} is {found}, not {WORDS[expected[0]]}"


def _is_of(types: tuple[type, ...], value: object) -> bool:
    """Whether a value has one of the types; to Python true is a number, to AWS it is none."""
    return isinstance(value, types) and (bool in types or not isinstance(value, bool))


def _wrong_parts(value: object, shape: Shape, place: str) -> Iterator[str]:
    """The same for what a structure, a list or a map holds."""
    from botocore.model import ListShape, MapShape, StructureShape

    if isinstance(shape, StructureShape) and isinstance(value, dict):
        yield from _wrong_members(value, shape, place)
    elif isinstance(shape, ListShape) and isinstance(value, list):
        for item in value:
            if item is None:
                yield f"{place}[] is null"
            yield from wrong_types(item, shape.member, f"{place}[]")
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        for item in value.values():
            yield from wrong_types(item, shape.value, f"{place}{{}}")


def _wrong_members(value: Document, shape: StructureShape, place: str) -> Iterator[str]:
    for name, member in shape.members.items():
        key = member.serialization.get("name", name)
        if (shape.name, name) in UNREAD_SIZES and type(value.get(key)) is int:
            continue
        if key in value:
            yield from wrong_types(value[key], member, f"{place}.{key}" if place else key)


def _check_xml(operation: OperationModel, response: Document) -> None:
    from xml.etree import ElementTree

    status = response["status_code"]
    try:
        root = ElementTree.fromstring(response["body"])
    except ElementTree.ParseError:
        raise ForeignAnswer(f"HTTP {status} with a body that is not XML") from None
    if status < 300:
        _check_elements(operation, root, status)


def _check_elements(operation: OperationModel, root: Element, status: int) -> None:
    """The names of the outer elements, which carry that of the operation."""
    expected = ROOTS.get(operation.name) or f"{operation.name}Response"
    if _name(root) != expected:
        raise ForeignAnswer(f"HTTP {status} with the element {_name(root)} instead of {expected}")
    shape = operation.output_shape
    wrapper = shape.serialization.get("resultWrapper") if shape is not None else None
    if wrapper and wrapper not in map(_name, root):
        raise ForeignAnswer(f"HTTP {status} without the element {wrapper}")


CHECKS: Mapping[Form, Callable[[OperationModel, Document], None]] = {
    JSON: _check_json,
    XML: _check_xml,
}


def _name(element: Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def checked(service: str, operation: str, parsed: Document, refuse: Refuse) -> Draft:
    """A parsed answer that has what the operation's must have; `refuse` makes the error of a member
    that it lacks.

    Raises ForeignAnswer where one of NEEDED is not there.
    """
    for path in NEEDED.get(service, {}).get(operation, ()):
        if not _has(parsed, path.split(".")):
            raise ForeignAnswer(f"it has no {path.replace('?', '')}")
    return _structure(parsed, refuse)


def _has(value: object, names: list[str]) -> bool:
    if isinstance(value, list):
        return all(_has(item, names) for item in value)
    if not names or value is None:
        return value is not None
    if not isinstance(value, Mapping):
        return False
    member = value.get(names[0].removesuffix("?"))
    is_left_out = member is None and names[0].endswith("?")
    return is_left_out or _has(member, names[1:])


def _structure(members: Document, refuse: Refuse) -> Answer:
    answer = Answer({name: _answer(part, refuse) for name, part in members.items()})
    answer.refuse = refuse
    return answer


def _answer(value: object, refuse: Refuse) -> object:
    if isinstance(value, dict):
        return _structure(value, refuse)
    if isinstance(value, list):
        return [_answer(part, refuse) for part in value]
    return value


def bounded(operation: str, pages: Iterable[Document]) -> Iterator[Document]:
    """The pages of an answer. Raises ForeignAnswer where one names a page that was there already,
    or none ends them."""
    seen: set[str] = set()
    most = MOST_SEARCHED if operation in SEARCHES else MOST_PAGES
    for number, page in enumerate(pages, 1):
        yield page
        token = _next_token(page)
        if token in seen:
            raise ForeignAnswer(f"page {number} leads back to one that was read already")
        if token and number >= most:
            raise ForeignAnswer(f"it does not end after {most:,} pages")
        if token:
            seen.add(token)


def _next_token(page: Document) -> str:
    """What names the page after this one; empty for the last one."""
    return next((str(page[name]) for name in TOKENS if page.get(name)), "")
