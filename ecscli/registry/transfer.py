"""`push` and `pull` from end to end: name of an image -> login, repository, engine, as Events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.records import record
from ecscli.registry import repositories, stand_in
from ecscli.registry.login import Login, login
from ecscli.registry.reference import Reference
from ecscli.up.model import Event

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.registry.engine import Engine


@record
class RemoteRepository:
    """A repository of ECR where an image goes or comes from, and the login to its registry."""

    aws: Aws
    account: str
    login: Login
    repository: str

    @property
    def name(self) -> str:
        """The repository as Docker names it."""
        return f"{self.login.host}/{self.repository}"


def find_repository(
    aws: Aws, reference: Reference, registry_id: str | None = None, fips: bool = False
) -> RemoteRepository:
    """The registry that a reference names; without one, that of `registry_id` or of the account, in
    the region."""
    there = aws.elsewhere(reference.region)
    there = there.with_fips() if fips or reference.fips else there
    account = reference.account or registry_id
    if account:
        return RemoteRepository(there, account, login(there, account), reference.repository)
    account, found = aws.together(aws.account, lambda: login(there))
    return RemoteRepository(there, account, found, reference.repository)


def push(
    engine: Engine,
    target: RemoteRepository,
    image: str,
    reference: Reference,
    tags: Sequence[tuple[str, str]] = (),
) -> Iterator[Event]:
    """Push `image` as the reference says; the repository is made where it does not exist.

    One of the last events has the field `digest`.
    """
    tag = reference.tag or "latest"
    if image != f"{target.name}:{tag}":
        yield Event("Tagging image", fields={"image": image, "repository": target.name, "tag": tag})
        engine.tag(image, target.name, tag)
    repository, made = repositories.ensure(target.aws, target.repository, target.account)
    if made:
        yield Event("Repository created", fields={"repository": target.repository})
    if tags:
        repositories.tag(target.aws, repository["repositoryArn"], tags)
        yield Event("Repository tagged", fields={"repository": target.repository})
    yield Event("Pushing image", fields={"repository": target.name, "tag": tag})
    yield from engine.push(target.name, tag, target.login)
    if target.aws.settings.sandbox_url:
        problem = stand_in.tell(target.aws, target.login, target.repository, tag)
        if problem:
            yield Event(problem, "warning")


def pull(engine: Engine, target: RemoteRepository, reference: Reference) -> Iterator[Event]:
    """Pull the image that the reference names."""
    yield Event("Pulling image", fields={"repository": target.name, "tag": reference.version})
    yield from engine.pull(target.name, reference.version, target.login)
