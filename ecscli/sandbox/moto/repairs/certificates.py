"""Certificate Manager: a requested certificate is issued after a moment, one in use is not deleted,
and lists have RSA keys unless others are asked for."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from moto.acm.models import AWSCertificateManagerBackend, CertBundle
from moto.core.exceptions import JsonRESTError
from moto.elbv2.models import elbv2_backends

from ecscli.sandbox.moto.repairs import clock
from ecscli.sandbox.shapes import Json, Method

PENDING, ISSUED = "PENDING_VALIDATION", "ISSUED"
#: What ListCertificates is about without a filter, by its reference.
USUAL_KEYS = ["RSA_1024", "RSA_2048"]


def repair() -> None:
    backend = AWSCertificateManagerBackend
    if hasattr(backend.request_certificate, "__wrapped__"):
        return
    CertBundle.in_use_by = property(in_use_by, forget)
    backend.request_certificate = issued_later(backend.request_certificate)
    backend.delete_certificate = unless_used(backend.delete_certificate)
    backend.list_certificates = by_keys(backend.list_certificates)


def in_use_by(self: CertBundle) -> list[str]:
    """The balancers with a listener that has the certificate."""
    backend = elbv2_backends[self.arn.split(":")[4]][self.arn.split(":")[3]]
    return [
        one.arn
        for one in backend.load_balancers.values()
        if any(self.arn in listener.certificates for listener in one.listeners.values())
    ]


def forget(self: CertBundle, arns: list[str]) -> None:
    """moto notes the listeners that a certificate was made for, and never that they have gone."""


def issued_later(original: Method) -> Method:
    @functools.wraps(original)
    def request(self: AWSCertificateManagerBackend, *args: object, **given: object) -> str:
        arn: str = original(self, *args, **given)
        clock.later("certificate is issued", issue, self._certificates[arn])
        return arn

    return request


def issue(certificate: CertBundle) -> None:
    if certificate.status == PENDING:
        certificate.status = ISSUED


def unless_used(original: Method) -> Method:
    @functools.wraps(original)
    def delete(self: AWSCertificateManagerBackend, arn: str) -> None:
        found = self._certificates.get(arn)
        if found is not None and found.in_use_by:
            raise JsonRESTError("ResourceInUseException", f"Certificate {arn} is in use.")
        original(self, arn)

    return delete


def by_keys(original: Method) -> Method:
    @functools.wraps(original)
    def listed(
        self: AWSCertificateManagerBackend, statuses: list[str], includes: Json | None
    ) -> Iterable[CertBundle]:
        found: Iterable[CertBundle] = original(
            self, statuses, {"keyTypes": USUAL_KEYS, **(includes or {})}
        )
        return found

    return listed
