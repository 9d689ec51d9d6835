"""PURE: An error or a finding -> the object that says it in a JSON document, without the passwords
of addresses."""

from __future__ import annotations

from ecscli.base.documents import Draft
from ecscli.base.errors import AccessError, AwsError, EcsCliError, Finding, InputError
from ecscli.base.marks import Mark
from ecscli.base.passwords import hidden_in


def failure(error: EcsCliError) -> Draft:
    """`kind` and `message`; then, where they are known, `place`, `hint`, `reasons` with the
    likeliest first, the `findings` about what the user wrote, and AWS's own words."""
    found: Draft = {"kind": error.kind, "message": error.message, **_place(error.where)}
    if error.hint:
        found["hint"] = error.hint
    if error.reasons:
        found["reasons"] = list(error.reasons)
    if isinstance(error, InputError):
        found["findings"] = [finding_document(one) for one in error.findings]
    return hidden_in({**found, **_words_of_aws(error)})


def finding_document(finding: Finding) -> Draft:
    """A finding: its message, and where they are known its place, key and hint."""
    found: Draft = {"message": finding.message, **_place(finding.where)}
    if finding.key:
        found["key"] = finding.key
    if finding.hint:
        found["hint"] = finding.hint
    return hidden_in(found)


def _place(where: Mark | str | None) -> Draft:
    """A place in a file; else the name of a file, of a resource or of an address."""
    if not where:
        return {}
    if isinstance(where, Mark):
        return {"place": {"file": where.file, "line": where.line, "column": where.column}}
    return {"place": {"name": str(where)}}


def _words_of_aws(error: EcsCliError) -> Draft:
    if isinstance(error, AwsError):
        words = {
            "operation": error.operation,
            "code": error.code,
            "requestId": error.request_id,
        }
    else:
        words = {"code": error.code if isinstance(error, AccessError) else ""}
    return {name: value for name, value in words.items() if value}
