"""The table of Compose keys -> docs/compose-support.md: what becomes of each key."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

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
ROWS = Path(__file__).parent / "projects.json"
PROJECTS = """
## Well-known projects

What becomes of 25 public projects on a cluster of one `t3.xlarge` whose port 80 is open. The files are look-alikes in
`tests/projects`, which use the same keys in the same way. Each row is what the commands printed in the sandbox, where
images are not really built and containers only pretend; `tests/e2e/test_public_projects.py` runs them again.

- *Open port*: `ecscli up --port 80 --port N`, or a load balancer.
- *Keep the data*: a volume of one task is empty after each deployment; keep it with `efs: true`, or use a database service.
- *Set*: Docker's links set variables such as `REDIS_PORT`, which the program reads; a value in `environment` wins.
- *Guard the ports*: an address such as `127.0.0.1` in `ports` does not count on ECS.
"""


def page() -> str:
    return (
        "\n".join([INTRODUCTION, *_outcomes(), *_projects(), *_sections(), *_keys_of_docker()])
        + "\n"
    )


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


def _projects() -> Iterator[str]:
    """What the commands of well-known projects came to when they were run last."""
    rows = json.loads(ROWS.read_text(encoding="utf-8"))
    yield PROJECTS
    yield "| project | `ecscli compose ...` | containers | address | left to do by hand |"
    yield "|---|---|---|---|---|"
    for name, row in rows.items():
        command = row["command"].removeprefix("compose ")
        left = "; ".join(f"{what} {', '.join(things)}" for what, things in row["left"].items())
        address = f"`{row['address']}`" if "address" in row else ""
        yield f"| {name} | `{command}` | {row['result']} | {address} | {left} |"


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
