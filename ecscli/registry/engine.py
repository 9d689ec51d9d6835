"""The Docker engine of this machine: find it, build, tag, push, pull, with the progress of each
layer as Events."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AccessError, EcsCliError
from ecscli.base.printable import colourless
from ecscli.registry.builds.archive import archive
from ecscli.registry.builds.helpers import with_our_helpers
from ecscli.registry.login import Login
from ecscli.up.model import Event

if TYPE_CHECKING:
    from ecscli.registry.builds.recipes import Recipe

NO_ENGINE = (
    "start Docker, or set DOCKER_HOST (see `docker context ls`) to the address of a running engine"
)
TIMEOUT = 600  # seconds without a word of the engine: a slow push is silent while it compresses
LAST_WORDS = 15  # lines of a failed build
DENIED = ("denied", "unauthorized", "no basic auth", "authentication required")


class Engine:
    """A Docker engine, open until the end of a `with`; the API version is negotiated."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._api, self._environment = _connect(environment), environment

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self._api.close()

    def has(self, image: str) -> bool:
        """Whether the engine has an image."""
        from docker.errors import ImageNotFound

        with _border(self._api):
            try:
                self._api.inspect_image(image)
            except ImageNotFound:
                return False
            return True

    def tag(self, image: str, repository: str, tag: str) -> None:
        """Give an image another name. Raises EcsCliError where there is no such image."""
        if not self.has(image):
            hint = f"see `docker images`, or build it with `docker build -t {image} .`"
            raise EcsCliError(f'this machine has no image "{image}"', hint=hint)
        with _border(self._api):
            self._api.tag(image, repository, tag)

    def push(self, repository: str, tag: str, login: Login) -> Iterator[Event]:
        """Push; the last event is done and has the fields `digest` and `size`."""
        with _border(self._api):
            stream = self._api.push(
                repository, tag=tag, stream=True, decode=True, auth_config=login.auth
            )
            result: Draft = {}
            for event, aux in _progress(stream):
                result |= {"digest": aux["Digest"]} if "Digest" in aux else {}
                yield from event
        yield Event(f"Image pushed: {repository}:{tag}", "done", result)

    def pull(self, repository: str, version: str, login: Login) -> Iterator[Event]:
        """Pull a tag or a digest."""
        with _border(self._api):
            stream = self._api.pull(
                repository, tag=version, stream=True, decode=True, auth_config=login.auth
            )
            for event, _ in _progress(stream):
                yield from event
        joint = "@" if version.startswith("sha256:") else ":"
        yield Event(f"Image pulled: {repository}{joint}{version}", "done")

    def build(self, recipe: Recipe) -> Iterator[Event]:
        """Build an image under the recipe's name; an event for each step. Raises EcsCliError with
        the last words."""
        self._api._auth_configs = with_our_helpers(self._api._auth_configs, self._environment)
        with _border(self._api), _context_of(recipe) as context:
            stream = self._api.build(
                tag=recipe.name,
                platform=recipe.platform,
                rm=True,
                decode=True,
                **context,
                **recipe.arguments,
            )
            yield from _steps(stream, recipe.service)
        yield Event(f"Image built: {recipe.name}", "done", {"platform": recipe.platform})


@contextmanager
def _context_of(recipe: Recipe) -> Iterator[Draft]:
    """The arguments of Docker's build that say what is built: an address, or an archive."""
    if recipe.is_remote:
        yield {"path": recipe.context, "dockerfile": recipe.dockerfile}
        return
    with archive(recipe) as (packed, dockerfile):
        yield {"fileobj": packed, "custom_context": True, "dockerfile": dockerfile}


def _steps(stream: Iterable[Document], service: str) -> Iterator[Event]:
    said: list[str] = []
    for message in stream:
        text = colourless(str(message.get("stream") or message.get("status") or "").strip())
        if "error" in message:
            problem = colourless(str(message["error"]).strip())
            raise EcsCliError(
                f"the image of {service} cannot be built: {problem}", reasons=said[-LAST_WORDS:]
            )
        if text.startswith("Step "):
            yield Event(f"{service}: {text}", "progress")
        if text:
            said += text.split("\n")
            yield Event("", "live", {"lines": (f"{service}: {said[-1]}"[:200],)})


def _connect(environment: Mapping[str, str]) -> Any:
    try:
        import docker
    except ImportError:
        hint = "install it with `pip install 'ecscli[docker]'`"
        raise EcsCliError("the Python package docker is not installed", hint=hint) from None
    from docker.errors import DockerException

    try:
        known = docker.utils.kwargs_from_env(environment={**environment})
        if "base_url" not in known:
            known |= _context(docker)
        version = _version(docker, known, environment)
        return docker.APIClient(version=version, timeout=TIMEOUT, **known)
    except (DockerException, ValueError) as error:  # the latter of an address that is none
        raise _no_engine(error, environment) from None


def _version(docker: Any, known: Document, environment: Mapping[str, str]) -> str:
    """The newest API version that both the SDK and the engine speak."""
    from docker.constants import DEFAULT_DOCKER_API_VERSION, MINIMUM_DOCKER_API_VERSION
    from requests.exceptions import RequestException

    socket = str(known.get("base_url", "unix:///var/run/docker.sock"))
    if socket.startswith("unix://") and not os.path.exists(socket.removeprefix("unix://")):
        raise _no_engine(FileNotFoundError(socket), environment)
    probe = docker.APIClient(version=DEFAULT_DOCKER_API_VERSION, timeout=TIMEOUT, **known)
    try:
        served = str(probe.version(api_version=False)["ApiVersion"])
    except RequestException as error:
        raise _no_engine(error, environment) from None
    finally:
        probe.close()
    if _number(served) < _number(MINIMUM_DOCKER_API_VERSION):
        raise EcsCliError(
            f"the Docker engine speaks API {served}, and {MINIMUM_DOCKER_API_VERSION} is needed",
            hint="update Docker Engine",
        )
    return min(served, str(DEFAULT_DOCKER_API_VERSION), key=_number)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _context(docker: Any) -> Draft:
    """The address of the current context of the docker command, as Docker Desktop, Colima and
    others set it."""
    try:
        context = docker.ContextAPI.get_current_context()
    except Exception:  # no or odd files of the docker command: its usual address is right then
        return {}
    host = context.Host if context else None
    return {"base_url": host, "tls": context.TLSConfig or False} if host else {}


def _no_engine(error: Exception, environment: Mapping[str, str]) -> EcsCliError:
    place = environment.get("DOCKER_HOST") or "its usual address"
    text = str(error)
    if "Permission denied" in text or "PermissionError" in text:
        hint = "add yourself to the group docker, or use a rootless engine"
        return EcsCliError(f"the Docker engine at {place} may not be used by this user", hint=hint)
    return EcsCliError(f"no Docker engine answers at {place}", hint=NO_ENGINE)


@contextmanager
def _border(api: Any) -> Iterator[None]:
    """Where the SDK's errors become ours."""
    from docker.errors import APIError, DockerException
    from requests.exceptions import RequestException

    try:
        yield
    except APIError as error:
        raise _refused(str(error.explanation or error)) from None
    except (DockerException, RequestException) as error:
        raise EcsCliError(
            f"the Docker engine does not answer any more: {error}", hint=NO_ENGINE
        ) from None


def _refused(message: str) -> EcsCliError:
    if any(word in message.lower() for word in DENIED):
        hint = (
            "the registry refused the login: check the account, the region and the policy of the"
            " repository"
        )
        return AccessError(f"Docker: {message}", hint=hint)
    if "manifest unknown" in message.lower() or "not found" in message.lower():
        return EcsCliError(f"Docker: {message}", hint="see what is there with `ecscli images`")
    return EcsCliError(f"Docker: {message}")


def _progress(
    stream: Iterable[Document],
) -> Iterator[tuple[list[Event], Document]]:
    """For each message of the engine: events to show, and what it says besides. An error in the
    stream is raised."""
    layers: dict[str, str] = {}
    for message in stream:
        if "error" in message:
            raise _refused(str(message["error"]).strip())
        name, status = message.get("id"), str(message.get("status", ""))
        if name and status:
            before = layers.get(name)
            layers[name] = _layer(name, status, message.get("progressDetail") or {})
            events = [Event("", "live", {"lines": tuple(layers.values())})]
            ended = status.startswith(
                ("Pushed", "Pull complete", "Layer already exists", "Mounted", "Already exists")
            )
            if ended and before != layers[name]:
                events.append(Event(layers[name], "progress"))
            yield events, message.get("aux") or {}
        elif message.get("aux"):
            yield [], message["aux"]


def _layer(name: str, status: str, detail: Document) -> str:
    total, current = detail.get("total"), detail.get("current")
    share = f" {min(100 * current // total, 100)}%" if total and current else ""
    return f"{name}: {status}{share}"
