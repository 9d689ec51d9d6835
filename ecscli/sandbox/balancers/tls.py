"""Certificates of secure listeners, self-signed and made when first needed, and the contexts of
TLS."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import tempfile
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from ecscli.sandbox.balancers.rules import wildcard

Names = tuple[str, ...]
LASTING = datetime.timedelta(days=365)


@lru_cache
def unverified(protocol: str = "") -> ssl.SSLContext:
    """For connections to targets: AWS does not verify their certificates either."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if protocol:
        context.set_alpn_protocols([protocol])
    return context


def terminating(names: Callable[[], Iterable[Names]], protocols: list[str]) -> ssl.SSLContext:
    """For a listener: the certificate that covers the client's name, else the first one. `names`
    gives those of each certificate, as they are now."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if protocols:
        context.set_alpn_protocols(protocols)
    load(context, ("localhost",))

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        known = list(names())
        fitting = [one for one in known if covers(one, name or "")] or known
        if fitting:
            connection.context = holding(fitting[0], tuple(protocols))

    context.sni_callback = choose
    return context


def covers(names: Names, name: str) -> bool:
    """Whether one of a certificate's names is that of a host; `*` is one label."""
    return any(
        one.count(".") == name.count(".")
        and wildcard(one, is_case_sensitive=False).fullmatch(name) is not None
        for one in names
    )


@lru_cache
def holding(names: Names, protocols: Names) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if protocols:
        context.set_alpn_protocols(list(protocols))
    load(context, names)
    return context


def load(context: ssl.SSLContext, names: Names) -> None:
    """Python takes certificates from files only."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "certificate.pem")
        file.touch(mode=0o600)
        file.write_bytes(signed(names))
        context.load_cert_chain(file)


@lru_cache
def signed(names: Names) -> bytes:
    """A key and a certificate for these names, as PEM; signed by itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0][:64])])
    local = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    alternatives = [*map(x509.DNSName, names), *local]
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + LASTING)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
