"""What the documents of several commands have in common, by its name in `$defs`."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.documents.schemas.shapes import (
    NUMBER,
    OPEN,
    TEXT,
    TRUTH,
    Schema,
    described,
    either,
    list_of,
    made_of,
    one_of,
    or_null,
    part,
    with_members,
)

KINDS = (
    "usage",
    "input",
    "access",
    "deployment",
    "aws",
    "interrupted",
    "bug",
    "error",
)

PLACE = either(
    made_of("A place in a file; counted from 1.", file=TEXT, line=NUMBER, column=NUMBER),
    made_of("A file, a resource or an address as a whole.", name=TEXT),
)
FINDING = made_of(
    "One thing that is to be noticed or put right.",
    message=TEXT,
    place_=part("place"),
    key_=described(TEXT, "The key that it is about."),
    hint_=described(TEXT, "What to do."),
)
ERROR = made_of(
    "Why the command failed; its exit code is that of the command.",
    kind=one_of(*KINDS),
    message=TEXT,
    place_=part("place"),
    hint_=described(TEXT, "What to do."),
    reasons_=list_of(TEXT, "Why a deployment or a task failed, the likeliest reason first."),
    findings_=list_of(part("finding"), "Everything that is wrong with what the user wrote."),
    operation_=described(TEXT, "The call that AWS refused."),
    code_=described(TEXT, "AWS's code."),
    requestId_=TEXT,
)
ADDRESS = made_of(
    "Where a port of a container is reached.",
    service=TEXT,
    url=TEXT,
    host=TEXT,
    port=NUMBER,
    containerPort=NUMBER,
    protocol=TEXT,
)
PORT = made_of(
    "A published port; `host` and `port` are null where they are not known.",
    host=or_null(TEXT),
    port=or_null(NUMBER),
    containerPort=NUMBER,
    protocol=TEXT,
)
CONTAINER = made_of(
    "A container of a task.",
    name=described(TEXT, "CLUSTER/TASK/CONTAINER, as ecs-cli prints it."),
    task=described(TEXT, "The id of the task."),
    container=TEXT,
    status=TEXT,
    exitCode=or_null(NUMBER),
    reason=or_null(TEXT),
    ports=list_of(part("port")),
    taskDefinition=TEXT,
    health=or_null(TEXT),
    urls=list_of(TEXT),
)
TASK = made_of(
    "A task as ECS describes it.",
    id=TEXT,
    arn=TEXT,
    taskDefinition=TEXT,
    status=or_null(TEXT),
    desiredStatus=or_null(TEXT),
    stoppedReason=or_null(TEXT),
    containers=list_of(
        made_of("", name=TEXT, status=or_null(TEXT), exitCode=or_null(NUMBER)),
    ),
)
STACK = made_of("The support stack of the project.", name=TEXT, changed=TRUTH)
SWITCHED = made_of(
    "The layout whose place was taken.",
    **{"from": TEXT},
    to=TEXT,
    ended=list_of(TEXT, "The services that were deleted."),
)
SERVICE = made_of(
    "An ECS service.",
    cluster=TEXT,
    service=TEXT,
    changed=TRUTH,
    status=or_null(TEXT),
    taskDefinition=or_null(TEXT),
    desiredCount=or_null(NUMBER),
    runningCount=or_null(NUMBER),
    deployment=or_null(made_of("The newest one.", id=or_null(TEXT), state=or_null(TEXT))),
    addresses_=list_of(part("address"), "Of published ports, where the command looks for them."),
    error_=part("error"),
)
JOB = made_of(
    "A job and the task that did it.",
    job=TEXT,
    **{f"{name}_": member for name, member in TASK["properties"].items()},
    error_=part("error"),
)
ACTION = made_of(
    "A call of AWS. A value that an earlier call returns is {'ref': LABEL}.",
    service=TEXT,
    operation=TEXT,
    subject=TEXT,
    request=described(OPEN, "Without values that may be secrets, unless --show-values is given."),
    phase_=TEXT,
    before_=described(OPEN, "What is live."),
)
RESOURCE = made_of(
    "A resource of the stack that changes.",
    action=TEXT,
    logicalId=TEXT,
    type=TEXT,
    physicalId=or_null(TEXT),
    replacement=or_null(TEXT),
    details=list_of(made_of("", property=TEXT, before=or_null(TEXT), after=or_null(TEXT))),
)
PLAN = made_of(
    "What would change: of a cluster, of a service, of tasks or of secrets.",
    changes=described(NUMBER, "How many; 0: everything is as it should be."),
    actions=list_of(part("action"), "The calls, in their order."),
    notices=list_of(part("finding")),
    blocks=list_of(
        made_of("", title=TEXT, lines=list_of(TEXT)), "What comes of the calls, for people."
    ),
    document=list_of(TEXT, "What changes in ecs-cluster.yml."),
    stack=or_null(
        made_of(
            "The stack of the cluster.",
            name=TEXT,
            new=TRUTH,
            asFarAsKnown=described(TRUTH, "Found by comparing, without CloudFormation."),
            changes=list_of(part("resource")),
        )
    ),
    switch=or_null(
        made_of(
            "The layout whose place would be taken.",
            **{"from": TEXT},
            to=TEXT,
            ends=list_of(TEXT),
            gaps=list_of(made_of("", service=TEXT, before=TEXT, reason=TEXT)),
            losses=list_of(TEXT),
        )
    ),
)
DIAGNOSIS = made_of(
    "Why something does not run.",
    reasons=list_of(
        made_of(
            "",
            rank=NUMBER,
            kind=one_of("cause", "placement", "stopped", "health", "deployment", "log"),
            text=TEXT,
        ),
        "The likeliest first.",
    ),
    condition=described(TEXT, "How many tasks run, of which revision."),
    unread_=list_of(TEXT, "What AWS does not let ecscli look at."),
)

TASKS = made_of(
    "Layout task.",
    changed_=TRUTH,
    tasks=list_of(part("task")),
    addresses_=list_of(part("address")),
    stack_=part("stack"),
)
CHANGED_SERVICE = with_members(SERVICE, stack_=part("stack"), switch_=part("switched"))
SERVICES = made_of(
    "Layout services.",
    layout=one_of("services"),
    services=list_of(part("service")),
    jobs=list_of(part("job")),
    stack_=part("stack"),
    switch_=part("switched"),
    changed_=TRUTH,
)
CONTAINER_OF_SERVICE = with_members(CONTAINER, service=TEXT)
DIAGNOSIS_OF_SERVICE = with_members(DIAGNOSIS, service=TEXT)

AMOUNT = made_of("", registered=NUMBER, free=NUMBER)
INSTANCE = made_of(
    "A container instance; CPU in units, memory in MiB.",
    id=TEXT,
    ec2InstanceId=TEXT,
    status=TEXT,
    agentConnected=TRUTH,
    instanceType=TEXT,
    availabilityZone=TEXT,
    agentVersion=TEXT,
    dockerVersion=TEXT,
    runningTasksCount=NUMBER,
    pendingTasksCount=NUMBER,
    cpu=AMOUNT,
    memory=AMOUNT,
)

PARTS: Mapping[str, Schema] = {
    "place": PLACE,
    "finding": FINDING,
    "error": ERROR,
    "address": ADDRESS,
    "port": PORT,
    "container": CONTAINER,
    "task": TASK,
    "stack": STACK,
    "switched": SWITCHED,
    "service": SERVICE,
    "job": JOB,
    "action": ACTION,
    "resource": RESOURCE,
    "plan": PLAN,
    "diagnosis": DIAGNOSIS,
    "tasks": TASKS,
    "services": SERVICES,
    "changedService": CHANGED_SERVICE,
    "containerOfService": CONTAINER_OF_SERVICE,
    "instance": INSTANCE,
    "diagnosisOfService": DIAGNOSIS_OF_SERVICE,
}
