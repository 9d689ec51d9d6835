"""The name of an image as `push` and `pull` take it -> registry, repository, tag or digest."""

from __future__ import annotations

import re

from ecscli.base.errors import InputError
from ecscli.base.records import record

REGISTRY = re.compile(
    r"(?P<account>[A-Za-z0-9][A-Za-z0-9_-]*)\.dkr[.-]ecr(?P<fips>-fips)?\.(?P<region>[A-Za-z0-9_-]+)"
    r"\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)"
)
REPOSITORY = re.compile(
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
)
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@record
class Reference:
    """An image in ECR; account and region are set where the name carries a registry."""

    repository: str
    tag: str | None = None
    digest: str | None = None
    account: str | None = None
    region: str | None = None
    fips: bool = False

    @property
    def version(self) -> str:
        """What Docker calls the tag of a pull: the digest, else the tag, else latest."""
        return self.digest or self.tag or "latest"


def parse_reference(name: str, digest_allowed: bool = False) -> Reference:
    """`[REGISTRY/]REPOSITORY[:TAG]`, and for pull `@DIGEST` too. Raises InputError with the form to
    write."""
    form = (
        "[REGISTRY/]REPOSITORY[:TAG|@DIGEST]" if digest_allowed else "[REGISTRY/]REPOSITORY[:TAG]"
    )
    rest, _, digest = name.partition("@")
    head, slash, tail = rest.rpartition("/")
    last, _, tag = tail.partition(":")
    path = head + slash + last
    registry, _, repository = path.partition("/")
    found = REGISTRY.fullmatch(registry)
    repository = repository if found else path
    foreign = "/" in repository and (
        "." in repository.split("/")[0] or repository.startswith("localhost/")
    )
    wrong = (
        foreign  # as Docker reads it: a host of another registry
        or not REPOSITORY.fullmatch(repository)
        or (":" in tail and not TAG.fullmatch(tag))
        or ("@" in name and not (digest_allowed and DIGEST.fullmatch(digest)))
    )
    if wrong:
        raise InputError(f'"{name}" is not the name of an image in ECR', hint=f"write {form}")
    return Reference(
        repository,
        tag or None,
        digest or None,
        found and found["account"],
        found and found["region"],
        bool(found and found["fips"]),
    )
