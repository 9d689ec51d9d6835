"""The name of an image as `push` and `pull` take it -> registry, repository, tag or digest."""

from __future__ import annotations

import re

from ecscli.base.errors import InputError
from ecscli.base.records import record
from ecscli.compose.ecs.images import registry_host

REGISTRY = re.compile(
    r"(?P<account>[A-Za-z0-9][A-Za-z0-9_-]*)\.dkr[.-]ecr(?P<fips>-fips)?\.(?P<region>[A-Za-z0-9_-]+)"
    r"\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)"
)
REPOSITORY = re.compile(
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
)
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
FORM = "[REGISTRY/]REPOSITORY[:TAG]"
FORM_WITH_DIGEST = "[REGISTRY/]REPOSITORY[:TAG|@DIGEST]"


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
    path, tag, digest = _split(name)
    first, _, rest = path.partition("/")
    registry = REGISTRY.fullmatch(first)
    repository = rest if registry else path
    is_refused = digest is not None and not digest_allowed
    if is_refused or not _is_valid(repository, tag, digest):
        raise _not_an_image(name, digest_allowed)
    if registry is None:
        return Reference(repository, tag, digest)
    fips = bool(registry["fips"])
    return Reference(repository, tag, digest, registry["account"], registry["region"], fips)


def _not_an_image(name: str, digest_allowed: bool) -> InputError:
    form = FORM_WITH_DIGEST if digest_allowed else FORM
    return InputError(f'"{name}" is not the name of an image in ECR', hint=f"write {form}")


def _is_valid(repository: str, tag: str | None, digest: str | None) -> bool:
    """Whether each part has the form that ECR takes."""
    if not REPOSITORY.fullmatch(repository) or registry_host(repository):
        return False
    if tag is not None and not TAG.fullmatch(tag):
        return False
    return digest is None or bool(DIGEST.fullmatch(digest))


def _split(name: str) -> tuple[str, str | None, str | None]:
    """Path, tag and digest; a colon before the last slash belongs to the path."""
    rest, at, digest = name.partition("@")
    head, slash, tail = rest.rpartition("/")
    last, colon, tag = tail.partition(":")
    return head + slash + last, tag if colon else None, digest if at else None
