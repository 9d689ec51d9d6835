"""The table of Compose keys -> docs/compose-support.md: what becomes of each key."""

from collections import Counter
from collections.abc import Iterator

from ecscli.compose.ecs.docker_keys import INSTEAD, READ
from ecscli.compose.ecs.support import Fate, Outcome, Row, table

WORDS = {
    Outcome.MAPPED: "reaches ECS",
    Outcome.LIMITED: "reaches ECS, with a limit that the note names",
    Outcome.LOADED: "used while loading; nothing of it is left to send",
    Outcome.IGNORED: "has no meaning on ECS, and nothing is lost",
    Outcome.UNSUPPORTED: "left out, with a warning; `--strict` makes it an error",
    Outcome.REFUSED: "refused before anything is changed",
}
INTRODUCTION = """# What becomes of each Compose key

This page is made from `ecscli/compose/ecs/support.py` by `make docs`. `ecscli compose check` reports the same for your
own files, with file, line and column.

In a key `*` stands for a name of yours and `[]` for an entry of a list. An ECS field without a prefix belongs to
`RegisterTaskDefinition`. Files of `version: "2"`, `"3"` and without any version or `services:` keep the meaning
that ecs-cli gave them: what it skipped is skipped, with a warning.
"""

DOCKER = """
## Keys of Docker's ECS integration

The keys `x-aws-*` of docker/compose-cli, whose ECS integration ended in 2023. Those that are read get a notice with ours,
the others a warning with the way, as does one of another form; none refuses a file.
"""


def page() -> str:
    return "\n".join([INTRODUCTION, *_outcomes(), *_sections(), *_keys_of_docker()]) + "\n"


def _keys_of_docker() -> Iterator[str]:
    yield DOCKER
    yield "| key | what becomes of it |"
    yield "|---|---|"
    for one in READ:
        place = ".".join(str(part) for part in one.place).replace("ports.*", "ports[]")
        yield f"| `{place}` | read where it is {one.form}; ours: {one.ours} |"
    for key, instead in INSTEAD.items():
        yield f"| `{key}` | a warning: {instead} |"


def _outcomes() -> Iterator[str]:
    rows = table()
    ec2, fargate = (
        Counter(row.on(launch).outcome for row in rows) for launch in ("EC2", "FARGATE")
    )
    yield "| outcome | what it means | keys on EC2 | on Fargate |"
    yield "|---|---|---|---|"
    for outcome, words in WORDS.items():
        yield f"| {outcome.value} | {words} | {ec2[outcome]} | {fargate[outcome]} |"


def _sections() -> Iterator[str]:
    heading = ""
    for row in table():
        if (found := _heading(row)) != heading:
            heading = found
            yield from (
                "",
                f"## {heading}",
                "",
                "| key | EC2 | Fargate | ECS field | note |",
                "|---|---|---|---|---|",
            )
        yield _line(row)


def _heading(row: Row) -> str:
    first, _, rest = row.path.partition(".")
    if first == "services" and rest:
        return (
            "Services: " + rest.removeprefix("*.").split(".")[0].split("[")[0]
            if _long(rest)
            else "Services"
        )
    return "Top level"


def _long(rest: str) -> bool:
    return rest.startswith(("*.deploy", "*.build", "*.develop", "*.blkio_config"))


def _line(row: Row) -> str:
    key = row.path.removeprefix("services.*.")
    fields = _either(row.ec2.field, row.fargate.field, "`{}`")
    notes = _either(row.ec2.hint, row.fargate.hint, "{}")
    return f"| `{key}` | {_mark(row.ec2)} | {_mark(row.fargate)} | {fields} | {notes} |"


def _mark(fate: Fate) -> str:
    return f"**{fate.outcome.value}**" if fate.outcome is Outcome.REFUSED else fate.outcome.value


def _either(ec2: str, fargate: str, form: str) -> str:
    if ec2 == fargate or not fargate:
        return form.format(ec2) if ec2 else ""
    if not ec2:
        return f"Fargate: {form.format(fargate)}"
    return f"{form.format(ec2)}; Fargate: {form.format(fargate)}"
