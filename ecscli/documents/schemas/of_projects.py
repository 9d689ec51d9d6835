"""What the commands for Compose projects answer."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.documents.schemas.of_clusters import LOG_LINE
from ecscli.documents.schemas.shapes import (
    NUMBER,
    OPEN,
    TEXT,
    TIME,
    TRUTH,
    Answer,
    Schema,
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

TASKS = part("tasks")
SERVICE = part("changedService")
SERVICES = part("services")
PLAN = part("plan")
REGISTERED = made_of("Layout task.", taskDefinition=TEXT, changed=TRUTH)
ALL_REGISTERED = made_of(
    "Layout services.",
    layout=one_of("services"),
    taskDefinitions=map_of(TEXT, "By service."),
    changed=TRUTH,
)
IDS = list_of(TEXT, "With --quiet: the ids of the tasks.")
CONTAINERS = list_of(part("container"), "Layout task.")
CONTAINERS_OF_SERVICES = list_of(part("containerOfService"), "Layout services.")
IMAGES = map_of(TEXT, "Images by service.")
IMAGE = made_of(
    "The image of a service, and what ECR has of it.",
    service=TEXT,
    image=TEXT,
    digest=or_null(TEXT),
    pushed=or_null(TIME),
    size=described(or_null(NUMBER), "In bytes."),
    inUse=list_of(TEXT, "The deployments that have it."),
    findings=map_of(NUMBER, "Those of a scan, by their severity."),
)
SECRET = made_of(
    "A secret of the project.",
    secret=TEXT,
    stored=TEXT,
    store=TEXT,
    state=one_of("missing", "same", "differs", "unread", "leaving"),
    source=TEXT,
    size=described(NUMBER, "In bytes."),
    changed=or_null(TIME),
    services=list_of(TEXT),
)
FATE = made_of("", revision=TEXT, action=TEXT, reason=TEXT)
GROUP = made_of(
    "A group of layout services.",
    name=TEXT,
    wave=NUMBER,
    job=TRUTH,
    discovery=TEXT,
    services=list_of(TEXT),
)
REPORT = made_of(
    "",
    layout_=one_of("services"),
    groups_=list_of(GROUP),
    launchType=TEXT,
    launchTypeAssumed=TRUTH,
    ok=TRUTH,
    errors=NUMBER,
    warnings=NUMBER,
    findings=list_of(
        made_of(
            "",
            file=or_null(TEXT),
            line=or_null(NUMBER),
            column=or_null(NUMBER),
            key=or_null(TEXT),
            outcome=or_null(TEXT),
            severity=TEXT,
            field=or_null(TEXT),
            message=or_null(TEXT),
            hint=or_null(TEXT),
        )
    ),
)
DIAGNOSES = list_of(part("diagnosisOfService"), "Layout services.")

CHANGE = "What runs at the end; with --dry-run the plan."


def _change(*forms: Schema) -> Answer:
    return answer(CHANGE, *forms, PLAN)


ANSWERS: Mapping[str, Answer] = {
    "compose up": _change(TASKS, SERVICES),
    "compose ps": answer("The containers.", CONTAINERS, CONTAINERS_OF_SERVICES, IDS),
    "compose run": _change(TASKS),
    "compose scale": _change(TASKS, SERVICES),
    "compose start": _change(TASKS, SERVICES),
    "compose stop": _change(TASKS, SERVICES),
    "compose restart": _change(SERVICES),
    "compose down": _change(TASKS, SERVICES),
    "compose create": answer(
        "What is registered; with --dry-run the plan.", REGISTERED, ALL_REGISTERED, PLAN
    ),
    "compose service up": _change(SERVICE, SERVICES),
    "compose service ps": answer("The containers.", CONTAINERS, CONTAINERS_OF_SERVICES, IDS),
    "compose service scale": _change(SERVICE, SERVICES),
    "compose service stop": _change(SERVICE, SERVICES),
    "compose service start": _change(SERVICE, SERVICES),
    "compose service restart": _change(SERVICE, SERVICES),
    "compose service rm": _change(SERVICE, SERVICES),
    "compose service create": _change(SERVICE, ALL_REGISTERED),
    "compose service plan": answer("What `service up` would change.", PLAN),
    "compose service wait": answer("The services at the end.", SERVICE, SERVICES),
    "compose service rollback": _change(SERVICE),
    "compose service logs": stream("A line of a log.", LOG_LINE),
    "compose plan": answer("What `up` would change.", PLAN),
    "compose why": answer("Why something does not run.", part("diagnosis"), DIAGNOSES),
    "compose wait": answer("What runs at the end.", TASKS, SERVICES),
    "compose config": answer(
        "The project in the form of the Compose Specification; with --services and the like names.",
        OPEN,
        list_of(TEXT),
    ),
    "compose check": answer("What is wrong, and what becomes of each key.", REPORT),
    "compose render": answer(
        "A RegisterTaskDefinition request, in layout services by service; with --format"
        " cloudformation a template.",
        OPEN,
    ),
    "compose logs": stream("A line of a log.", LOG_LINE),
    "compose open": answer("The addresses of published ports.", list_of(part("address"))),
    "compose prune": answer("What becomes of each revision.", list_of(FATE)),
    "compose build": answer(
        "What was built; with --print what `docker buildx bake` would get.", IMAGES, OPEN
    ),
    "compose push": answer("What was pushed.", IMAGES),
    "compose images": answer("The images of the services.", list_of(IMAGE)),
    "compose secrets ls": answer("The secrets.", list_of(SECRET)),
    "compose secrets push": answer("What was changed; with --dry-run what would be.", PLAN),
    "compose secrets rm": answer("What was deleted; with --dry-run what would be.", PLAN),
}
