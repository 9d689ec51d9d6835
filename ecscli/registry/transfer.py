"""`push` and `pull` from end to end: name of an image -> login, repository, engine, as Events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.aws.image_reference import Reference
from ecscli.base.records import record
from ecscli.registry import repositories
from ecscli.registry.login import RegistryLogin, login
from ecscli.up.model import Event

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.registry.engine import Engine

Pairs = Sequence[tuple[str, str]]


@record
class RemoteRepository:
    """A repository of ECR where an image goes or comes from, and the login to its registry."""

    aws: Aws
    account: str
    login: RegistryLogin
    repository: str

    @property
    def name(self) -> str:
        """The repository as Docker names it."""
        return f"{self.login.host}/{self.repository}"


def find_repository(
    aws: Aws, reference: Reference, registry_id: str | None = None, fips: bool = False
) -> RemoteRepository:
    """The repository in the registry that a reference names; without one, in that of `registry_id`
    or of the account, in the region."""
    there = aws.elsewhere(reference.region)
    if fips or reference.fips:
        there = there.with_fips()
    account = reference.account or registry_id
    if account:
        return RemoteRepository(there, account, login(there, account), reference.repository)
    own, found = aws.together(aws.account, lambda: login(there))
    return RemoteRepository(there, own, found, reference.repository)


def push(
    engine: Engine, target: RemoteRepository, image: str, reference: Reference, tags: Pairs = ()
) -> Iterator[Event]:
    """Push `image` under the tag of the reference; the repository is made where it does not exist.

    One of the last events has the field `digest`.
    """
    tag = reference.tag or "latest"
    yield from _tag(engine, target, image, tag)
    yield from _prepare(target, tags)
    yield from _send(engine, target, tag)


def send(engine: Engine, target: RemoteRepository, image: str, tag: str) -> Iterator[Event]:
    """The same into a repository that exists."""
    yield from _tag(engine, target, image, tag)
    yield from _send(engine, target, tag)


def _tag(engine: Engine, target: RemoteRepository, image: str, tag: str) -> Iterator[Event]:
    if image != f"{target.name}:{tag}":
        fields = {"image": image, "repository": target.name, "tag": tag}
        yield Event("Tagging image", fields=fields)
        engine.tag(image, target.name, tag)


def _send(engine: Engine, target: RemoteRepository, tag: str) -> Iterator[Event]:
    yield Event("Pushing image", fields={"repository": target.name, "tag": tag})
    yield from engine.push(target.name, tag, target.login)


def _prepare(target: RemoteRepository, tags: Pairs) -> Iterator[Event]:
    """The repository exists, and has the tags."""
    found, made = repositories.ensure(target.aws, target.repository, target.account)
    fields = {"repository": target.repository}
    if made:
        yield Event("Repository created", fields=fields)
    if tags:
        repositories.tag(target.aws, found["repositoryArn"], tags)
        yield Event("Repository tagged", fields=fields)


def pull(engine: Engine, target: RemoteRepository, reference: Reference) -> Iterator[Event]:
    """Pull the image that the reference names."""
    fields = {"repository": target.name, "tag": reference.version}
    yield Event("Pulling image", fields=fields)
    yield from engine.pull(target.name, reference.version, target.login)
