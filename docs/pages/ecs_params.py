"""The table of keys -> docs/ecs-params.md: every key with its type and meaning."""

from collections.abc import Iterator

from ecscli.base.keys.kinds import (
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
from ecscli.base.keys.lookups import LOOKUP, LOOKUPS
from ecscli.base.keys.shapes import AnyName, Each, Either, Key, Keys
from ecscli.compose.params.balancer_keys import OF_PROJECT as BALANCER
from ecscli.compose.params.keys import ECS_PARAMS, NETWORK
from ecscli.compose.params.policy_settings import POLICIES

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
TYPES = {"string": "text", "integer": "number"}
# values that have one of several forms, each described by its key
FORMS: list[tuple[object, str]] = [
    (LOOKUP, "text, or a tag"),
    (LOOKUPS, "list of texts, or of tags"),
    (NETWORK["subnets"].kind, "public, private, or a list"),
    (BALANCER["subnets"].kind, "public, private, or a list"),
    (POLICIES, "list of texts, or of policy documents"),
]
HEAD = """# ecs-params.yml

Settings of a Compose project that only Amazon ECS has are kept in a file beside the Compose file: `ecs-params.yml` in
the working directory, or the file that `--ecs-params` names. Files written for ecs-cli work unchanged; newer keys
follow the same style. `make docs` generates this page from the table that reads the file. `ecscli schema ecs-params`
prints the table as a JSON Schema, which editors with YAML support use if the first line of the file is

```yaml
# yaml-language-server: $schema=./ecs-params.schema.json
```

## Rules

- `${VAR}` is replaced before the YAML is read, with the operators of Compose (`${VAR:-default}`, `${VAR:?message}` and
  so on); variables come from the shell, then from `.env` and `--env-file`. One variable may hold a list:
  `subnets: [$SUBNETS]`. `$$` is a dollar sign; a dollar sign that is not followed by a name is kept.
- An unknown key has no effect and gives a warning with the nearest known one. Keys that begin with `x-` are yours.
- A value in this file overrides the same value in the Compose file; a message points out each such override.
- Wrong types, missing keys and contradictions are errors with file, line and column, all of them at once.

## Fields that ecscli does not know yet

`task_definition_extra` is merged into the request. It uses the names and structures of the ECS API; containers in it are
matched by name. `container_definition_extra` does the same for one service.

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


def page() -> str:
    return HEAD + "".join(row for name, key in ECS_PARAMS.items() for row in rows(key, name))


def rows(key: Key, path: str) -> Iterator[str]:
    """The row of a key, and those of the keys below it."""
    about = f"{key.about} Required." if key.required else key.about
    kind = key.kind
    if isinstance(kind, Kind):
        yield f"| `{path}` | {word_for(kind)} | {about} |\n"
        return
    for known, word in FORMS:
        if known is kind:
            yield f"| `{path}` | {word} | {about} |\n"
            return
    words = ""
    if isinstance(kind, Either):
        words, kind = _either(kind)
    below = kind.shape if isinstance(kind, Each | AnyName) else kind
    path += suffix(kind)
    yield f"| `{path}` | {words}| {about} |\n"
    for name, part in below.items():
        yield from rows(part, f"{path}.{name}")


def _either(kind: Either) -> tuple[str, Keys]:
    """The word for a value of either form, a scalar or a mapping, and the keys of the mapping."""
    scalar, keys = kind.kinds
    return f"{word_for(scalar)}, or a mapping ", keys


def word_for(kind: Kind) -> str:
    for known, word in WORD_FOR:
        if known is kind:
            return word
    if "enum" in kind.schema:
        return ", ".join(map(str, kind.schema["enum"]))
    return TYPES.get(str(kind.schema.get("type")), "anything")


def suffix(kind: object) -> str:
    """What a path needs to lead to the keys of an entry."""
    if isinstance(kind, Each):
        return "[]"
    return ".*" if isinstance(kind, AnyName) else ""
