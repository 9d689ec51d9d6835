"""`policies` of a service in ecs-params.yml or `x-ecs` -> the managed policies and the policy
documents that the role of its containers gets.

Sources: "IAM JSON policy element reference" and "IAM and AWS STS quotas" in the IAM user guide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import shorten
from ecscli.base.keys.kinds import Kind, has_type, must_be
from ecscli.base.keys.shapes import Each, Either
from ecscli.base.limits import POLICY_ARN
from ecscli.base.marks import Raw
from ecscli.base.records import record

NAME = re.compile(r"[\w+=,.@-]+(/[\w+=,.@-]+)*")  # of a policy, with its path
OF_AWS = re.compile(r"arn:[a-z-]+:iam::aws:policy/(.+)")
VERSIONS = ("2012-10-17", "2008-10-17")
EFFECTS = ("Allow", "Deny")
# Elements of a statement of which it needs one, and which exclude each other
ALTERNATIVES = (("Action", "NotAction"), ("Resource", "NotResource"))
STATEMENT = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")
DOCUMENT = ("Version", "Id", "Statement")


def _managed(value: object) -> str:
    text = value if isinstance(value, str) else ""
    if not (POLICY_ARN.match(text) or NAME.fullmatch(text)):
        message = "must be the ARN of a policy, or the name of a policy of AWS"
        raise ValueError(f"{message}; it is {shorten(json.dumps(value, default=str))}")
    return text


def _document(value: object) -> Draft:
    """The document with a list of statements, as plain data."""
    if not isinstance(value, Mapping):
        raise ValueError(must_be(["object"], value))
    _check_names("", value, DOCUMENT)
    version = str(value.get("Version") or VERSIONS[0])
    if version not in VERSIONS:
        raise ValueError(f"Version must be {' or '.join(VERSIONS)}; it is {version}")
    given = value.get("Statement")
    statements = [given] if isinstance(given, Mapping) else given
    if not isinstance(statements, list) or not statements:
        raise ValueError("needs Statement, a list of what is allowed or denied")
    for at, statement in enumerate(statements):
        _check_statement(f"Statement[{at}]", statement)
    return {"Version": version, "Statement": [_plain(one) for one in statements]}


def _check_statement(name: str, statement: object) -> None:
    if not isinstance(statement, Mapping):
        raise ValueError(f"{name} {must_be(['object'], statement)}")
    _check_names(f"{name}.", statement, STATEMENT)
    if statement.get("Effect") not in EFFECTS:
        raise ValueError(f"{name} needs Effect, {' or '.join(EFFECTS)}")
    for one, other in ALTERNATIVES:
        given = [key for key in (one, other) if key in statement]
        if len(given) != 1:
            raise ValueError(f"{name} needs {one} or {other}, and not both")
        if not _is_texts(statement[given[0]]):
            raise ValueError(f"{name}.{given[0]} must be text or a list of texts")
    if not has_type(statement.get("Condition", {}), ["object"]):
        raise ValueError(f"{name}.Condition {must_be(['object'], statement['Condition'])}")


def _check_names(above: str, value: Document, known: tuple[str, ...]) -> None:
    for key in value:
        if key not in known:
            raise ValueError(f"{above}{key} is not known; there are {', '.join(known)}")


def _is_texts(value: object) -> bool:
    items = value if isinstance(value, list) else [value]
    return bool(items) and all(isinstance(item, str) and item for item in items)


def _plain(value: object) -> object:
    """The value without marks."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


MANAGED = Kind(_managed, {"type": "string"})
INLINE = Kind(_document, {"type": "object", "required": ["Statement"]})
POLICIES = Each(Either((MANAGED, INLINE)))


@record
class Policies:
    """`managed`: ARNs, and names of AWS's own policies; `inline`: policy documents."""

    managed: tuple[str, ...] = ()
    inline: tuple[Document, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.managed or self.inline)

    def with_more(self, other: Policies) -> Policies:
        """Both together, each policy once."""
        managed: dict[str, str] = {}
        for one in (*self.managed, *other.managed):
            managed.setdefault(_own_name(one), one)
        more = [one for one in other.inline if one not in self.inline]
        return Policies(tuple(managed.values()), (*self.inline, *more))

    @property
    def size(self) -> int:
        """The characters of the documents, as IAM counts them: without white space."""
        texts = [json.dumps(one, separators=(",", ":"), default=str) for one in self.inline]
        return sum(len("".join(text.split())) for text in texts)


def _own_name(policy: str) -> str:
    """AWS's own policies by their names, others by their ARNs."""
    found = OF_AWS.fullmatch(policy)
    return found[1] if found else policy


def policies_in(value: Raw) -> Policies:
    """What a value of POLICIES names; what is of another form has a finding of its own."""
    found = Policies()
    for item in value if isinstance(value, list) else ():
        found = found.with_more(_policy(item))
    return found


def _policy(item: Raw) -> Policies:
    try:
        if isinstance(item, str):
            return Policies((_managed(item),))
        return Policies((), (_document(item),))
    except ValueError:
        return Policies()


def document_in(value: Raw) -> Policies:
    """What a policy document alone comes to; nothing where it is none."""
    return policies_in([value]) if isinstance(value, Mapping) else Policies()
