"""What the commands of `local` answer."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.documents.schemas.shapes import (
    NUMBER,
    TEXT,
    Answer,
    answer,
    described,
    list_of,
    made_of,
    map_of,
    or_null,
    stream,
)

PORT = made_of(
    "A port of a container.",
    hostIp=or_null(TEXT),
    hostPort=described(or_null(NUMBER), "null: not published."),
    containerPort=NUMBER,
    protocol=TEXT,
)
CONTAINER = made_of(
    "A container on this machine.",
    id=TEXT,
    names=list_of(TEXT),
    image=TEXT,
    state=described(TEXT, "As Docker calls it: running, exited..."),
    status=described(TEXT, "As Docker says it: Up 2 minutes..."),
    ports=list_of(PORT),
    kind=described(TEXT, "local: of a file; remote: of a registered definition; compose; project."),
    definition=described(TEXT, "The file, or the name as it was given."),
)
ANSWERS: Mapping[str, Answer] = {
    "local ps": answer("The containers.", list_of(CONTAINER)),
    "local env": answer(
        "The variables that `up` adds to a container.",
        made_of(
            "",
            service=TEXT,
            variables=described(map_of(or_null(TEXT)), "null: a value that is not revealed."),
        ),
    ),
    "local logs": stream(
        "A line that a container has written.", made_of("", container=TEXT, message=TEXT)
    ),
    "local down": answer(
        "What was removed.",
        made_of("", removed=described(list_of(TEXT), "The names of containers.")),
    ),
}
