"""What the commands for clusters, settings, images and this machine answer."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.documents.schemas.shapes import (
    DECIMAL,
    NUMBER,
    OPEN,
    TEXT,
    TIME,
    TRUTH,
    Answer,
    answer,
    described,
    list_of,
    made_of,
    map_of,
    one_of,
    or_null,
    part,
    stream,
)

CLUSTER_MADE = made_of(
    "The cluster at the end.",
    cluster=TEXT,
    region=or_null(TEXT),
    stack=described(or_null(TEXT), "null: an empty cluster has none."),
    new=described(TRUTH, "Whether the stack was created."),
    changed=TRUTH,
    outputs=map_of(TEXT, "Those of the stack."),
)
CLUSTER_TEMPLATE = made_of(
    "",
    stack=TEXT,
    parameters=map_of(TEXT),
    capabilities=list_of(TEXT),
    tags=map_of(TEXT),
    template=described(TEXT, "A CloudFormation template in YAML."),
)
STORED = made_of(
    "An entry of ~/.ecs.",
    name=TEXT,
    default=described(TRUTH, "Whether commands use it that name none."),
)
STORED_CLUSTER = made_of(
    "A cluster configuration of ~/.ecs/config.",
    name=TEXT,
    default=TRUTH,
    cluster=or_null(TEXT),
    region=or_null(TEXT),
    launchType=or_null(TEXT),
    stackName=or_null(TEXT),
)
SETTING = made_of("", value=or_null(TEXT), source=TEXT)
IMAGE = made_of(
    "An image of ECR under one of its tags.",
    repository=TEXT,
    tag=or_null(TEXT),
    digest=TEXT,
    pushed=or_null(TIME),
    size=described(or_null(NUMBER), "In bytes."),
)
SANDBOX_PROCESS = {
    "pid": NUMBER,
    "url": TEXT,
    "started": described(DECIMAL, "In seconds since 1970."),
    "pace": DECIMAL,
    "docker": TRUTH,
    "engine": TEXT,
    "containers": described(or_null(TEXT), "Where containers reach it."),
    "hostAccess": TRUTH,
}
SANDBOX_STATUS = made_of(
    "A sandbox that runs.",
    running=TRUTH,
    **SANDBOX_PROCESS,
    faults=NUMBER,
    regions=list_of(OPEN),
    directory=TEXT,
    log=TEXT,
)
LOG_LINE = made_of("A line of a log.", time=TIME, container=TEXT, task=TEXT, message=TEXT)
LOOKED_AT = made_of(
    "One thing that commands need.",
    topic=TEXT,
    state=one_of("ok", "absent", "failed"),
    detail=TEXT,
    remedy=described(TEXT, "Empty where there is nothing to do."),
)

ANSWERS: Mapping[str, Answer] = {
    "": answer("With --version.", made_of("", name=TEXT, version=TEXT)),
    "configure": answer("The stored configuration.", STORED),
    "configure profile": answer("The stored profile.", STORED),
    "configure default": answer("The configuration that is now the default.", STORED),
    "configure profile default": answer("The profile that is now the default.", STORED),
    "configure list": answer(
        "What is stored.",
        made_of("", clusters=list_of(STORED_CLUSTER), profiles=list_of(STORED)),
    ),
    "configure migrate": answer(
        "Whether the file was of the old form, and is not any longer.",
        made_of("", migrated=TRUTH),
    ),
    "configure show": answer("Each setting and where it comes from.", map_of(SETTING)),
    "up": answer("The cluster; with --dry-run the plan.", CLUSTER_MADE, part("plan")),
    "plan": answer("What `up` would change; exit code 3 where that is something.", part("plan")),
    "scale": answer(
        "The parameters of the stack that were changed.",
        made_of("", cluster=TEXT, stack=TEXT, parameters=map_of(TEXT)),
    ),
    "ps": answer("The containers of all tasks.", list_of(part("container"))),
    "instances": answer("The container instances.", list_of(part("instance"))),
    "down": answer("What was deleted.", made_of("", cluster=TEXT, stack=TEXT, deleted=TRUTH)),
    "render": answer("The stack that `up` would make.", CLUSTER_TEMPLATE),
    "logs": stream("A line of the log of a task.", LOG_LINE),
    "check-attributes": answer(
        "What each container instance lacks.",
        list_of(made_of("", instance=TEXT, missing=list_of(TEXT))),
    ),
    "permissions": answer(
        "The actions of a command; without one the names of commands, with --policy the policy.",
        made_of(
            "",
            actions=list_of(TEXT),
            cases=list_of(made_of("", when=TEXT, actions=list_of(TEXT))),
        ),
        list_of(TEXT),
        OPEN,
    ),
    "init": answer(
        "The names of files, relative to the directory.",
        made_of("", written=list_of(TEXT), kept=list_of(TEXT)),
    ),
    "doctor": answer(
        "What was looked at; `ok` where nothing has failed.",
        made_of("", ok=TRUTH, findings=list_of(LOOKED_AT)),
    ),
    "push": answer("The image by its digest.", made_of("", image=TEXT)),
    "pull": answer("The image.", made_of("", image=TEXT)),
    "images": answer("The images in ECR.", list_of(IMAGE)),
    "registry-creds up": answer(
        "The file for compose that was written.",
        made_of("", file=or_null(TEXT), role=or_null(TEXT)),
    ),
    "schema": answer("A JSON Schema; of `schema output` the commands.", OPEN, list_of(TEXT)),
    "sandbox start": answer(
        "The sandbox that runs.",
        made_of("", **SANDBOX_PROCESS),
        made_of("With the console, which stays.", **SANDBOX_PROCESS, console=TEXT),
    ),
    "sandbox stop": answer("Whether one ran.", made_of("", stopped=TRUTH)),
    "sandbox reset": answer("Whether one runs.", made_of("", reset=TRUTH)),
    "sandbox status": answer(
        "What runs in the sandbox.",
        SANDBOX_STATUS,
        made_of("None runs.", running=TRUTH, directory=TEXT),
    ),
    "sandbox logs": answer("The log of the sandbox.", made_of("", log=TEXT)),
    "completion": answer("The script for a shell.", made_of("", shell=TEXT, script=TEXT)),
    "license": answer("The licence, and the notices.", made_of("", texts=list_of(TEXT))),
}
