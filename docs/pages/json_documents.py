"""The table of documents -> docs/json.md: what each command prints with `--output json`, and its
schema."""

import json
from collections.abc import Iterator, Mapping

from ecscli.documents.schemas.shapes import Answer, Schema, either
from ecscli.documents.schemas.whole import ANSWERS, PARTS

WIDTH = 110  # columns of a line of JSON
HEAD = """\
# JSON

This page is made from the table of documents by `make docs`.

Every command that answers takes `--output json`, behind its name or in front of it. It then prints one JSON document on
stdout, whatever happens; talk, and errors in words, stay on stderr. Exit codes are the same as without it.

- Keys are written as AWS writes its own: `launchType`. Keys that are names of yours, of AWS resources or of another
  specification stay as they are.
- Where there is nothing to list the document is `[]`, or `{}` where it is an object by name.
- `logs` prints a document for each line, as it comes, each on one line; nothing where there is no line.
- `compose exec` and `compose port-forward` hand the terminal to a program: they have no document.
- `compose config --quiet` prints nothing.

```sh
ecscli compose ps --output json
ecscli --output json compose service up
ecscli schema output compose service up
```

`ecscli schema output COMMAND` prints the JSON Schema (2020-12) of a command's document with everything that it refers
to; `ecscli schema output` lists the commands.

## Errors

What ends a command is the member `error` of its document. Where the command has found nothing before, the document has
no other member; where its answer is a list, what was found of it is in `items`:

```json
{
  "error": {
    "kind": "input",
    "message": "services.web: no memory limit ...",
    "findings": [
      {"message": "...", "place": {"file": "compose.yml", "line": 4, "column": 5}, "key": "services.web", "hint": "..."}
    ]
  }
}
```

`kind` goes with the exit code: `usage` and `input` 2, `access` 4, `deployment` 5, `interrupted` 130, `aws`, `bug` and
`error` 1. An error of usage, such as an option that there is not, is a document too. A plan with changes is none: its
exit code is 3, and `changes` is more than 0.

## `--query`

`--query EXPRESSION` prints a part of the document, chosen by [JMESPath](https://jmespath.org), which the AWS CLI has
too; it implies `--output json`. An expression that cannot be read is an error of usage, before anything is done. A
document with an error is printed whole. Of `logs` the expression is for each line.

```sh
ecscli compose ps --query "[?status=='RUNNING'].ports[0].port"
ecscli plan --query changes
```
"""


def page() -> str:
    return "\n".join([HEAD, *_commands(), *_parts()])


def _commands() -> Iterator[str]:
    yield "## Documents\n"
    yield "Parts that are referred to by `$ref` are below. The forms with an `error` are left out.\n"
    for name, answer in ANSWERS.items():
        title = f"ecscli {name}" if name else "ecscli --version"
        yield f"### `{title}`\n"
        yield f"{answer.about} {'Each line:' if answer.is_stream else ''}".strip() + "\n"
        yield _block(_schema(answer))


def _schema(answer: Answer) -> Schema:
    return answer.forms[0] if len(answer.forms) == 1 else either(*answer.forms)


def _parts() -> Iterator[str]:
    yield "## Parts\n"
    for name, schema in PARTS.items():
        yield f"### {name}\n"
        yield _block(schema)


def _block(schema: Schema) -> str:
    return f"```json\n{_lines(schema)}\n```\n"


def _lines(value: object, indent: str = "", before: int = 0) -> str:
    """JSON in which what fits stands on one line; `before`: columns taken by the key."""
    short = json.dumps(value, ensure_ascii=False)
    if len(indent) + before + len(short) <= WIDTH or not isinstance(value, Mapping | list):
        return short
    inner = indent + "  "
    if isinstance(value, list):
        parts = [inner + _lines(item, inner) for item in value]
        return "[\n" + ",\n".join(parts) + f"\n{indent}]"
    keys = [(json.dumps(key), item) for key, item in value.items()]
    parts = [f"{inner}{key}: {_lines(item, inner, len(key) + 2)}" for key, item in keys]
    return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
