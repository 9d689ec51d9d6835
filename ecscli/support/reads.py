"""PURE: what ECS reads for the containers of a task before they start -> the statements that allow
it.

Sources: "Task execution IAM role" in the ECS developer guide; the actions, resources and condition
keys of Secrets Manager, Systems Manager, S3 and KMS in the service authorization reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecscli.base.documents import Draft
from ecscli.base.errors import InputError
from ecscli.base.marks import Tagged
from ecscli.base.records import record

ACTIONS = (
    "secretsmanager:GetSecretValue",
    "ssm:GetParameters",
    "s3:GetObject",
    "s3:GetBucketLocation",
    "kms:Decrypt",
)
ARN_PARTS = 7  # of a secret's ARN; what follows chooses a key and a version of it
SUFFIX = re.compile(r"-[A-Za-z0-9]{6}")  # with which Secrets Manager ends the ARN of a secret
ANY_SUFFIX = "-??????"
WILD = re.compile(r"[*?]|\$\{|\{\{")  # what would mean more than one of them in a policy
ACCOUNT = "${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}"


@record
class Reads:
    """References as a task definition has them: `secrets` of Secrets Manager by ARN or name,
    `parameters` of SSM by name or ARN, `objects` in S3 by ARN, and the KMS `keys` of all these by
    ARN."""

    secrets: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.secrets or self.parameters or self.objects or self.keys)

    def with_more(self, other: Reads) -> Reads:
        """Both together."""
        return Reads(
            (*self.secrets, *other.secrets),
            (*self.parameters, *other.parameters),
            (*self.objects, *other.objects),
            (*self.keys, *other.keys),
        )


def statements(reads: Reads) -> list[Draft]:
    """The statements of an IAM policy, in a stable order; names become `!Sub`. Raises InputError
    for a reference that would allow more than one thing."""
    kinds: tuple[Iterable[str | Tagged], ...] = (
        map(_secret, reads.secrets),
        map(_parameter, reads.parameters),
        map(_literal, reads.objects),
        map(_bucket, reads.objects),
        map(_literal, reads.keys),
    )
    rows = zip(ACTIONS, kinds, strict=True)
    return [row for action, resources in rows for row in _statement(action, resources)]


def _statement(action: str, resources: Iterable[str | Tagged]) -> Iterator[Draft]:
    found = {resource_text(resource): resource for resource in resources}
    if found:
        yield allowed(action, [found[text] for text in sorted(found)])


def allowed(action: str, resources: Sequence[object]) -> Draft:
    """The statement that allows an action on these resources."""
    return {"Effect": "Allow", "Action": action, "Resource": list(resources)}


def resource_text(resource: object) -> str:
    """A resource of a statement without its `!Sub`, in the short form or the long one."""
    if isinstance(resource, Tagged):
        return str(resource.value)
    if isinstance(resource, Mapping):
        return str(next(iter(resource.values())))
    return str(resource)


def _secret(reference: str) -> str | Tagged:
    """The secret of an ARN, without what follows it, or of a name, whose ARN ends at random."""
    _need_plain(reference)
    if not reference.startswith("arn:"):
        return Tagged("!Sub", f"arn:{ACCOUNT % 'secretsmanager'}:secret:{reference}{ANY_SUFFIX}")
    arn = ":".join(reference.split(":")[:ARN_PARTS])
    return arn if SUFFIX.fullmatch(arn[-7:]) else f"{arn}{ANY_SUFFIX}"


def _parameter(reference: str) -> str | Tagged:
    _need_plain(reference)
    if reference.startswith("arn:"):
        return reference
    return Tagged("!Sub", f"arn:{ACCOUNT % 'ssm'}:parameter/{reference.removeprefix('/')}")


def _literal(arn: str) -> str:
    _need_plain(arn)
    return arn


def _bucket(object_arn: str) -> str:
    return object_arn.partition("/")[0]


def _need_plain(reference: str) -> None:
    if WILD.search(reference):
        message = f'the execution role cannot be allowed to read "{reference}" alone'
        raise InputError(message, hint="name it without wildcards and variables")
