"""READS: the certificates of ACM -> those that cover some host names.

Sources: ListCertificates in the ACM API reference: without `Includes` it lists RSA keys of 1024 and
2048 bits alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.errors import denied
from ecscli.base.balanced import is_covered
from ecscli.base.documents import Document
from ecscli.base.errors import EcsCliError, InputError
from ecscli.base.records import record

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

KEY_TYPES = [
    *("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096"),
    *("EC_prime256v1", "EC_secp384r1", "EC_secp521r1"),
]
ALLOW = "allow the action, "
HINT = (
    "request one in ACM and have it validated, name one by load_balancer.certificate: ARN, or"
    " write certificate: none for HTTP"
)


@record
class Certificate:
    """An issued certificate: its `names`, some with a wildcard, and until when it is valid, in
    seconds since 1970."""

    arn: str
    names: tuple[str, ...]
    expires: float = 0.0

    def covers(self, host: str) -> bool:
        """Whether it is for the host."""
        return is_covered(host, self.names)


def find_certificates(aws: Aws, hosts: Sequence[str]) -> tuple[str, ...]:
    """The ARNs of certificates that cover the hosts together, as few as there can be: first the one
    for most of them. Raises InputError with the hosts that no certificate covers."""
    refused: list[EcsCliError] = []
    found = _issued(aws, refused)
    left, arns, known = set(hosts), list[str](), list(found)
    while left:
        best = max(known, key=partial(_worth, left), default=None)
        covered = {host for host in left if best and best.covers(host)}
        if best is None or not covered:
            raise _missing(aws, sorted(left), refused)
        arns.append(best.arn)
        left -= covered
    return tuple(arns)


def _worth(hosts: Iterable[str], one: Certificate) -> tuple[int, float]:
    return sum(one.covers(host) for host in hosts), one.expires


def _missing(aws: Aws, hosts: Sequence[str], refused: Sequence[EcsCliError]) -> InputError:
    """`refused`: what kept us from looking at all certificates."""
    where = f"in {aws.region} for {', '.join(hosts)}"
    if not refused:
        return InputError(f"ACM has no issued certificate {where}", hint=HINT)
    why = next(refused[0].lines())
    return InputError(f"no issued certificate of ACM is known {where}: {why}", hint=ALLOW + HINT)


def _issued(aws: Aws, refused: list[EcsCliError]) -> list[Certificate]:
    """The certificates, as far as the credentials may read them; what they may not read is added
    to `refused`."""
    try:
        rows = list(
            aws.pages(
                "acm",
                "list_certificates",
                "CertificateSummaryList",
                CertificateStatuses=["ISSUED"],
                Includes={"keyTypes": KEY_TYPES},
            )
        )
    except EcsCliError as error:
        _note_refused(error, refused)
        return []
    return list(aws.together(*(partial(_certificate, aws, row, refused) for row in rows)))


def _note_refused(error: EcsCliError, refused: list[EcsCliError]) -> None:
    if not denied(error):
        raise error
    refused.append(error)


def _certificate(aws: Aws, row: Document, refused: list[EcsCliError]) -> Certificate:
    """The certificate with all of its names, of which a list has the first ones alone."""
    arn = str(row["CertificateArn"])
    names = row.get("SubjectAlternativeNameSummaries") or ()
    expires = row.get("NotAfter")
    if not names or row.get("HasAdditionalSubjectAlternativeNames"):
        try:
            found = _described(aws, arn)
            names, expires = _all_names(found), found.get("NotAfter")
        except EcsCliError as error:
            _note_refused(error, refused)
    return Certificate(arn, tuple(names), expires.timestamp() if expires else 0.0)


def names_of(aws: Aws, arn: str) -> tuple[str, ...]:
    """The host names of a certificate of ACM."""
    return _all_names(_described(aws, arn))


def _described(aws: Aws, arn: str) -> Document:
    found: Document = aws.call("acm", "describe_certificate", CertificateArn=arn)["Certificate"]
    return found


def _all_names(found: Document) -> tuple[str, ...]:
    return tuple(found.get("SubjectAlternativeNames") or [found["DomainName"]])
