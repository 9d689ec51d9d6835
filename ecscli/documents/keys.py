"""Records -> objects whose keys are written as AWS writes its own: `launchType`."""

from __future__ import annotations

import re

from ecscli.base.documents import Draft
from ecscli.base.records import values_of

BOUNDARY = re.compile(r"[_-]+(.)")


def camel(name: str) -> str:
    """``launch_type`` or ``cfn-stack-name`` in AWS's form: ``launchType``, ``cfnStackName``."""
    return BOUNDARY.sub(lambda found: found[1].upper(), name)


def as_document(subject: object) -> Draft:
    """The fields of a record under their names in AWS's form; tuples become lists."""
    return {camel(name): _plain(value) for name, value in values_of(subject).items()}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
