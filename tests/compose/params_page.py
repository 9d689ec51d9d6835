"""docs/ecs-params.md from the table of keys: `python -m tests.compose.params_page` writes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ecscli.base.kinds import (
    BOOLEAN,
    INTEGER,
    INTEGERS,
    MAPPING,
    SECONDS,
    SIZE,
    STRINGS,
    TEXT,
    TEXT_MAP,
    WORDS,
    Kind,
)
from ecscli.base.shapes import Each, Key, Named
from ecscli.compose.params.keys import ECS_PARAMS

PAGE = Path(__file__).parents[2] / "docs" / "ecs-params.md"
WORD_FOR = [
    (TEXT, "text"),
    (INTEGER, "number"),
    (BOOLEAN, "true or false"),
    (SIZE, "size: bytes, or `512m`"),
    (SECONDS, "seconds, or `1m30s`"),
    (WORDS, "text or list"),
    (STRINGS, "list of texts"),
    (INTEGERS, "list of numbers"),
    (TEXT_MAP, "mapping of texts"),
    (MAPPING, "mapping"),
]
HEAD = """# ecs-params.yml

What only Amazon ECS knows about a Compose project stands in a file beside it: `ecs-params.yml` in the working
directory, or the file of `--ecs-params`. The file of ecs-cli is read as it is; newer keys follow its style. This page
is made from the table that reads the file; `ecscli schema ecs-params` prints the same as a JSON Schema, which editors
take by a first line

```yaml
# yaml-language-server: $schema=./ecs-params.schema.json
```

## Rules

- `${VAR}` is replaced before the YAML is read, with the operators of Compose (`${VAR:-default}`, `${VAR:?message}` and
  so on); variables come from the shell, then from `.env` and `--env-file`. One variable may hold a list:
  `subnets: [$SUBNETS]`. `$$` is a dollar sign; a dollar sign that starts no name stays.
- An unknown key has no effect and gives a warning with the nearest known one. Keys that begin with `x-` are yours.
- A value here wins over the same in the Compose file, which is said in one line.
- Wrong types, missing keys and contradictions are errors with file, line and column, all of them at once.

## Fields that ecscli does not know yet

`task_definition_extra` is laid over the request, under the names and in the shapes of the ECS API; containers in it are
joined by name. `container_definition_extra` does the same for one service.

```yaml
task_definition:
  task_definition_extra:
    trustedExecutionConfiguration: {isolationMode: SHARED}
  services:
    web:
      container_definition_extra: {dockerSecurityOptions: ["no-new-privileges"]}
```

## Keys

| key | value | meaning |
|---|---|---|
"""


def rows(key: Key, path: str) -> Iterator[str]:
    kind: Any = key.kind
    about = f"{key.about}{' Required.' if key.required else ''}"
    if isinstance(kind, Kind):
        word = next((word for known, word in WORD_FOR if known is kind), "anything")
        yield f"| `{path}` | {word} | {about} |\n"
        return
    below = kind.shape if isinstance(kind, Each | Named) else kind
    path += "[]" if isinstance(kind, Each) else ".*" if isinstance(kind, Named) else ""
    yield f"| `{path}` | | {about} |\n"
    for name, part in below.items():
        yield from rows(part, f"{path}.{name}")


def render() -> str:
    return HEAD + "".join(row for name, key in ECS_PARAMS.items() for row in rows(key, name))


if __name__ == "__main__":
    PAGE.write_text(render())
