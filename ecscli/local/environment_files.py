"""Environment files of containers in S3 -> their variables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import AwsError, Finding, InputError
from ecscli.compose.text.dotenv import parse_raw
from ecscli.local.stack import Member

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

ARN = re.compile(r"arn:[\w-]+:s3:::(?P<bucket>[^/]+)/(?P<key>.+)")
LIMIT = 1024 * 1024  # bytes
GONE = ("NoSuchKey", "NoSuchBucket")


def read(aws: Aws, members: Sequence[Member]) -> dict[str, dict[str, str]]:
    """The variables by container; a later file wins, and each file is read once. Raises InputError
    with all that are not there."""
    names = list(dict.fromkeys(file for one in members for file in one.env_files))
    texts, findings = {}, []
    for name in names:
        text = _text(aws, name)
        if isinstance(text, Finding):
            findings.append(text)
        else:
            texts[name] = text
    if findings:
        raise InputError.of(findings)
    return {
        one.name: {
            name: value
            for file in one.env_files
            for name, value in parse_raw(texts[file], {}).items()
        }
        for one in members
        if one.env_files
    }


def _text(aws: Aws, name: str) -> str | Finding:
    found = ARN.fullmatch(name)
    if found is None:
        return Finding("this is not the ARN of an object in S3", name)
    try:
        answer = aws.call("s3", "get_object", Bucket=found["bucket"], Key=found["key"])
        content: bytes = answer["Body"].read(LIMIT + 1)
    except AwsError as error:
        if error.code not in GONE:
            raise
        return Finding("there is no such environment file", name)
    if len(content) > LIMIT:
        return Finding(f"the environment file has more than {LIMIT} bytes", name)
    return content.decode("utf-8", "replace")
