"""The Docker engine of this machine: build, tag, push, pull, with the progress of each layer as
Events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.errors import InputError
from ecscli.registry.builders.classic import arguments
from ecscli.registry.builders.dockerfile import place_of
from ecscli.registry.builders.helpers import login_to, with_our_helpers
from ecscli.registry.connection import border, connect
from ecscli.registry.contexts.archive import archive
from ecscli.registry.login import RegistryLogin
from ecscli.registry.progress import layers, steps
from ecscli.up.model import Event

if TYPE_CHECKING:
    from ecscli.registry.builds.recipes import Recipe


class Engine:
    """A Docker engine, open until the end of a `with`; the API version is negotiated."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._api, self._environment = connect(environment), environment

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self._api.close()

    def version(self) -> str:
        """The version of the engine."""
        with border():
            return str(self._api.version(api_version=False)["Version"])

    def has(self, image: str) -> bool:
        """Whether the engine has an image."""
        from docker.errors import ImageNotFound

        with border():
            try:
                self._api.inspect_image(image)
            except ImageNotFound:
                return False
            return True

    def id_of(self, image: str) -> str:
        """The digits of an image's id."""
        with border():
            return str(self._api.inspect_image(image)["Id"]).removeprefix("sha256:")

    def is_same(self, image: str, repository: str, digest: str) -> bool:
        """Whether an image is known to have this digest in a repository."""
        with border():
            known = self._api.inspect_image(image).get("RepoDigests") or ()
            return f"{repository}@{digest}" in known

    def digest_of(self, image: str, asks_helpers: bool) -> str:
        """The digest that an image has in its registry now. Helpers of the Docker configuration
        are programs, and asked for a login only where that is allowed."""
        from docker.auth import resolve_repository_name

        with border():
            registry, _ = resolve_repository_name(image)
            configured = self._api._auth_configs
            login = login_to(configured, registry, self._environment, asks_helpers)
            answer = self._api.inspect_distribution(image, auth_config=login)
            return str(answer["Descriptor"]["digest"])

    def tag(self, image: str, repository: str, tag: str) -> None:
        """Give an image another name. Raises InputError where there is no such image."""
        if not self.has(image):
            hint = f"see `docker images`, or build it with `docker build -t {image} .`"
            raise InputError(f'this machine has no image "{image}"', hint=hint)
        with border():
            self._api.tag(image, repository, tag)

    def push(self, repository: str, tag: str, login: RegistryLogin) -> Iterator[Event]:
        """Push; the last event is done and has the field `digest`."""
        result: Draft = {}
        options = {"stream": True, "decode": True, "auth_config": login.auth}
        with border():
            for events, besides in layers(self._api.push(repository, tag=tag, **options)):
                if "Digest" in besides:
                    result = {"digest": besides["Digest"]}
                yield from events
        yield Event(f"Image pushed: {repository}:{tag}", "done", result)

    def pull(self, repository: str, version: str, login: RegistryLogin) -> Iterator[Event]:
        """Pull a tag or a digest."""
        options = {"stream": True, "decode": True, "auth_config": login.auth}
        with border():
            for events, _ in layers(self._api.pull(repository, tag=version, **options)):
                yield from events
        joint = "@" if version.startswith("sha256:") else ":"
        yield Event(f"Image pulled: {repository}{joint}{version}", "done")

    def build(self, recipe: Recipe, logins: Sequence[RegistryLogin] = ()) -> Iterator[Event]:
        """Build an image under the recipe's name; an event for each step. `logins` are to
        registries that base images come from. Raises EcsCliError with the last lines of the
        build."""
        configured = self._api._auth_configs
        self._api._auth_configs = with_our_helpers(configured, self._environment, logins)
        with border(), _context_of(recipe) as context:
            stream = self._api.build(
                tag=recipe.name,
                platform=recipe.platform,
                rm=True,
                decode=True,
                **context,
                **arguments(recipe),
            )
            yield from steps(stream, recipe.service, partial(place_of, recipe))
        yield Event(f"Image built: {recipe.name}", "done", {"platform": recipe.platform})


@contextmanager
def _context_of(recipe: Recipe) -> Iterator[Draft]:
    """The arguments of Docker's build that name what is built: an address, or an archive."""
    if recipe.is_remote:
        yield {"path": recipe.source.context, "dockerfile": recipe.source.dockerfile}
        return
    with archive(recipe) as (packed, dockerfile):
        yield {"fileobj": packed, "custom_context": True, "dockerfile": dockerfile}
