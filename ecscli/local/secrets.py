"""References of secrets -> their values, read in few calls, with everything that fails together.

A reference is what `valueFrom` of a container takes: the ARN of a secret in Secrets Manager, behind
which a JSON key, a stage and a version may stand, or the ARN or name of an SSM parameter. Values
leave this room for the environment of Docker Compose alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import batches
from ecscli.aws.errors import is_session_over
from ecscli.base.errors import AccessError, AwsError, Finding, InputError
from ecscli.base.records import record

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

MANAGER, PARAMETERS = "secretsmanager", "ssm"
MOST_SECRETS, MOST_PARAMETERS = 20, 10  # of one BatchGetSecretValue, of one GetParameters
ARN = re.compile(r"arn:[\w-]+:(?P<service>[\w-]+):(?P<region>[\w-]*):(?P<account>\d*):(?P<rest>.+)")
NO_SECRET = "ResourceNotFoundException"


@record
class Reference:
    """One value of a store. `secret`: how the store is asked; `key` of a JSON object, `stage` and
    `version` may be empty."""

    text: str
    service: str
    region: str
    secret: str
    key: str = ""
    stage: str = ""
    version: str = ""


@record
class Wanted:
    """A secret that a container asks for: the variable in which Docker Compose finds the value, and
    for messages the container and its own name for it."""

    container: str
    name: str
    variable: str
    reference: str


def parse(text: str) -> Reference | None:
    """A reference; None where the text is none."""
    if not text.startswith("arn:"):
        return Reference(text, PARAMETERS, "", text) if text.strip() else None
    found = ARN.fullmatch(text)
    if found is None or found["service"] not in (MANAGER, PARAMETERS):
        return None
    if found["service"] == PARAMETERS:
        return Reference(text, PARAMETERS, found["region"], text)
    kind, _, rest = found["rest"].partition(":")
    _, *more = rest.split(":")
    if kind != "secret" or len(more) not in (0, 3):
        return None
    arn = text.removesuffix(":" + ":".join(more)) if more else text
    return Reference(text, MANAGER, found["region"], arn, *more)


def resolve(aws: Aws, wanted: Sequence[Wanted]) -> dict[str, str]:
    """The values by the variables that have them. Raises InputError with all that cannot be read,
    AccessError where that is all for want of rights."""
    references = {one.reference: parse(one.reference) for one in wanted}
    usable = [one for one in references.values() if one is not None]
    answers = aws.together(*_reads(aws, usable)) if usable else ()
    found: dict[str, str | EcsProblem] = {}
    for answer in answers:
        found |= answer
    findings = list(_findings(wanted, references, found))
    if findings:
        raise InputError.of(findings)
    return {one.variable: str(found[one.reference]) for one in wanted}


@record
class EcsProblem:
    """Why a value cannot be read."""

    message: str


Found = Mapping[str, "str | EcsProblem"]


def _findings(
    wanted: Iterable[Wanted], references: Mapping[str, Reference | None], found: Found
) -> Iterator[Finding]:
    for one in wanted:
        problem = found.get(one.reference)
        message = problem.message if isinstance(problem, EcsProblem) else "no value came back"
        if references[one.reference] is None:
            message = "this is neither the ARN of a secret nor that of a parameter"
        elif isinstance(problem, str):
            continue
        hint = "check --region and the profile; --offline runs without values"
        yield Finding(
            f"container {one.container}: secret {one.name}: {message}", one.reference, hint
        )


def _reads(aws: Aws, references: Sequence[Reference]) -> Iterator[partial[Found]]:
    """One read for as many references as a call takes, of each region."""
    for region in dict.fromkeys(one.region for one in references):
        there = aws.elsewhere(region or None)
        here = [one for one in references if one.region == region]
        parameters = [one for one in here if one.service == PARAMETERS]
        for lot in batches(parameters, MOST_PARAMETERS):
            yield partial(_parameters, there, lot)
        plain = [one for one in here if one.service == MANAGER and not (one.stage or one.version)]
        names = list(dict.fromkeys(one.secret for one in plain))
        for names_of_lot in batches(names, MOST_SECRETS):
            lot_of = [one for one in plain if one.secret in names_of_lot]
            yield partial(_secrets, there, lot_of)
        for one in here:
            if one.service == MANAGER and (one.stage or one.version):
                yield partial(_versions, there, [one])


def _parameters(aws: Aws, lot: Sequence[Reference]) -> Found:
    names = [one.secret for one in lot]
    try:
        answer = aws.call("ssm", "get_parameters", Names=names, WithDecryption=True)
    except (AwsError, AccessError) as error:
        return _all_failed(lot, error)
    texts: dict[str, str] = {}
    for row in answer["Parameters"]:
        texts |= {row["Name"]: row["Value"], row.get("ARN", ""): row["Value"]}
    lost = EcsProblem(f"there is no such parameter in {aws.region}")
    return {one.text: texts.get(one.secret, lost) for one in lot}


def _secrets(aws: Aws, lot: Sequence[Reference]) -> Found:
    """The current versions; one by one where the batch is not allowed."""
    names = list(dict.fromkeys(one.secret for one in lot))
    try:
        answer = aws.call(MANAGER, "batch_get_secret_value", SecretIdList=names)
    except AccessError as error:
        if is_session_over(error):
            raise
        return _versions(aws, lot)
    except AwsError as error:
        return _all_failed(lot, error)
    problems = {
        row.get("SecretId"): EcsProblem(_reason(row.get("ErrorCode"), row.get("Message"), aws))
        for row in answer.get("Errors") or ()
    }
    lost = EcsProblem(f"there is no such secret in {aws.region}")
    rows = answer["SecretValues"]
    return {
        one.text: _picked(one, _row_of(one.secret, rows)) or problems.get(one.secret, lost)
        for one in lot
    }


def _row_of(secret: str, rows: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    """The row of an ARN, which may lack the six characters at its end."""
    for row in rows:
        arn = row.get("ARN", "")
        if secret in (arn, arn.rpartition("-")[0], row.get("Name")):
            return row
    return {}


def _versions(aws: Aws, lot: Sequence[Reference]) -> Found:
    found: dict[str, str | EcsProblem] = {}
    for one in lot:
        chosen = {"VersionStage": one.stage, "VersionId": one.version}
        request = {name: value for name, value in chosen.items() if value}
        try:
            row = aws.call(MANAGER, "get_secret_value", SecretId=one.secret, **request)
        except (AwsError, AccessError) as error:
            found |= _all_failed([one], error)
            continue
        found[one.text] = _picked(one, row) or EcsProblem("its value is binary")
    return found


def _picked(one: Reference, row: Mapping[str, str]) -> str | EcsProblem | None:
    """The text of a secret, or what is below a key of it; None where there is no text."""
    text = row.get("SecretString")
    if text is None or not one.key:
        return text
    try:
        document = json.loads(text)
    except ValueError:
        return EcsProblem(f'it is no JSON, so that it has no key "{one.key}"')
    if not isinstance(document, dict) or one.key not in document:
        return EcsProblem(f'it has no key "{one.key}"')
    value = document[one.key]
    return value if isinstance(value, str) else json.dumps(value)


def _reason(code: str | None, message: str | None, aws: Aws) -> str:
    if code == NO_SECRET:
        return f"there is no such secret in {aws.region}"
    return message or code or "it cannot be read"


def _all_failed(lot: Sequence[Reference], error: AwsError | AccessError) -> Found:
    """The same reason for each; what ended the session is raised."""
    if isinstance(error, AccessError) and is_session_over(error):
        raise error
    code = getattr(error, "code", "")
    message = "there is no such secret" if code == NO_SECRET else error.message
    return {one.text: EcsProblem(message) for one in lot}


def stubs(wanted: Iterable[Wanted], given: Mapping[str, str]) -> dict[str, str]:
    """Values without AWS: those of a file by the secrets' names, else `stub-NAME`."""
    return {one.variable: given.get(one.name, f"stub-{one.name}") for one in wanted}
