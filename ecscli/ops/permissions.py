"""The page of permissions -> what a command needs, and the IAM policy for it.

docs/permissions.md is recorded from runs and travels with the package.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ecscli.base.documents import Draft
from ecscli.base.system import resources

PAGE = "docs/permissions.md"
ROW = re.compile(r"^\| (?P<when>[^|]+) \| (?P<actions>[^|]+) \|$", re.M)
CALLED, OTHER, BESIDES = "What", "## Called in other cases", "## Needed besides"
SERVICE = re.compile(r"\*\*([a-z0-9-]+)\*\*")
ACTION = re.compile(r"\b(?:(?:[A-Z][a-z]+){2,}\b|Decrypt\b|Describe(?=\\\*))")
QUOTED = re.compile(r"`([^`]+)`")
PREFIXES = {"service-quotas": "servicequotas"}  # of IAM, where the API has another name
PROGRAM = "ecscli "
#: What may be done with roles, and for which services of AWS.
PASSED_TO = ("ecs-tasks.amazonaws.com", "ecs.amazonaws.com", "ec2.amazonaws.com")
LINKED_TO = (
    "ecs.amazonaws.com",
    "autoscaling.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "elasticfilesystem.amazonaws.com",
)
CONDITIONS = {
    "iam:PassRole": ("PassRoles", "iam:PassedToService", PASSED_TO),
    "iam:CreateServiceLinkedRole": ("MakeServiceLinkedRoles", "iam:AWSServiceName", LINKED_TO),
}

PathOf = Callable[[Sequence[str]], str]  # the words behind `ecscli` -> the command's name


class Case(NamedTuple):
    """When actions are called, in the page's words, and `service:Action` of each."""

    when: str
    actions: frozenset[str]


class Needed(NamedTuple):
    """`always`: what the command calls, and needs besides; `cases`: what else it may call."""

    always: frozenset[str]
    cases: tuple[Case, ...]


def needed_by(command: str, path_of: PathOf) -> Needed:
    """What a command needs by the page, by its name: `compose up`."""
    recorded, other, besides = _parts(resources.read(PAGE))
    rows = [case for case in _cases(recorded) if case.when.startswith(f"`{PROGRAM}")]
    own = [case for case in rows if path_of(_words(case)) == command]
    more = [case for case in _cases(besides) if _names(case, command)]
    cases = [case for case in _cases(other) if _names(case, command)]
    always = frozenset[str]().union(*(case.actions for case in (*own, *more)))
    return Needed(always, tuple(case for case in cases if not case.actions <= always))


def commands(path_of: PathOf) -> list[str]:
    """The names of the commands that the page has, in its order."""
    recorded, _, _ = _parts(resources.read(PAGE))
    rows = [case for case in _cases(recorded) if case.when.startswith(f"`{PROGRAM}")]
    return list(dict.fromkeys(path_of(_words(case)) for case in rows))


def policy_of(actions: Iterable[str]) -> Draft:
    """The policy as IAM takes it; what is done with roles has its conditions."""
    named = sorted(set(actions))
    statements: list[Draft] = [
        {
            "Sid": "Call",
            "Effect": "Allow",
            "Action": [action for action in named if action not in CONDITIONS],
            "Resource": "*",
        }
    ]
    for action, (sid, key, services) in CONDITIONS.items():
        if action in named:
            condition = {"StringEquals": {key: list(services)}}
            statements.append(
                {
                    "Sid": sid,
                    "Effect": "Allow",
                    "Action": action,
                    "Resource": "*",
                    "Condition": condition,
                }
            )
    return {"Version": "2012-10-17", "Statement": statements}


def _parts(page: str) -> tuple[str, str, str]:
    recorded, _, rest = page.partition(OTHER)
    other, _, besides = rest.partition(BESIDES)
    return recorded, other, besides


def _cases(part: str) -> list[Case]:
    return [
        Case(found["when"], frozenset(_actions(found["actions"])))
        for found in ROW.finditer(part)
        if SERVICE.search(found["actions"])
    ]


def _actions(text: str) -> Iterable[str]:
    """The actions behind the name of each service; `Describe\\*` are all that begin so."""
    _, *parts = SERVICE.split(text)
    for service, names in zip(parts[::2], parts[1::2], strict=True):
        prefix = PREFIXES.get(service, service)
        for name in ACTION.findall(names):
            yield f"{prefix}:{name}" if name != "Describe" else f"{prefix}:Describe*"


def _words(case: Case) -> list[str]:
    return case.when.strip("`").removeprefix(PROGRAM).split()


def _names(case: Case, command: str) -> bool:
    """Whether a case is about a command."""
    return command in (quoted.partition(" --")[0] for quoted in QUOTED.findall(case.when))
