"""The variables of the environment -> a connection to this machine's Docker engine, with an API
version that both speak."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AccessError, EcsCliError, InputError
from ecscli.base.system.packages import how_to_install

NO_ENGINE = (
    "start Docker, or set DOCKER_HOST (see `docker context ls`) to the address of a running engine"
)
SOCKET = "unix:///var/run/docker.sock"
TIMEOUT = 600  # seconds without a word of the engine: a slow push is silent while it compresses
DENIED = ("denied", "unauthorized", "no basic auth", "authentication required")


def connect(environment: Mapping[str, str]) -> Any:
    """A client of the engine's API (docker.APIClient, which has no types). Raises EcsCliError."""
    try:
        import docker
    except ImportError:
        hint = f"install it with `{how_to_install('docker')}`"
        raise EcsCliError("the Python package docker is not installed", hint=hint) from None
    from docker.errors import DockerException

    try:
        address = docker.utils.kwargs_from_env(environment={**environment})
        if "base_url" not in address:
            address |= _context()
        version = _version(address, environment)
        return docker.APIClient(version=version, timeout=TIMEOUT, **address)
    except (DockerException, ValueError) as error:  # the latter of an address that cannot be read
        raise _no_engine(error, environment) from None


def _version(address: Document, environment: Mapping[str, str]) -> str:
    """The newest API version that both the SDK and the engine speak."""
    from docker.constants import DEFAULT_DOCKER_API_VERSION, MINIMUM_DOCKER_API_VERSION

    served = _served_version(address, environment)
    if _number(served) < _number(MINIMUM_DOCKER_API_VERSION):
        raise EcsCliError(
            f"the Docker engine speaks API {served}, and {MINIMUM_DOCKER_API_VERSION} is needed",
            hint="update Docker Engine",
        )
    return min(served, str(DEFAULT_DOCKER_API_VERSION), key=_number)


def _served_version(address: Document, environment: Mapping[str, str]) -> str:
    """The API version of the engine, asked in the SDK's own."""
    from docker import APIClient
    from docker.constants import DEFAULT_DOCKER_API_VERSION
    from requests.exceptions import RequestException

    socket = str(address.get("base_url", SOCKET))
    path = socket.removeprefix("unix://")
    if socket.startswith("unix://") and not os.path.exists(path):
        raise _no_engine(FileNotFoundError(socket), environment)
    probe = APIClient(version=DEFAULT_DOCKER_API_VERSION, timeout=TIMEOUT, **address)
    try:
        return str(probe.version(api_version=False)["ApiVersion"])
    except RequestException as error:
        raise _no_engine(error, environment) from None
    finally:
        probe.close()


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _context() -> Draft:
    """The address of the current context of the docker command, as Docker Desktop, Colima and
    others set it."""
    from docker import ContextAPI

    try:
        context = ContextAPI.get_current_context()
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
def border() -> Iterator[None]:
    """Where the SDK's errors become ours."""
    from docker.errors import APIError, DockerException
    from requests.exceptions import RequestException

    try:
        yield
    except APIError as error:
        raise refused(str(error.explanation or error)) from None
    except (DockerException, RequestException) as error:
        message = f"the Docker engine does not answer any more: {error}"
        raise EcsCliError(message, hint=NO_ENGINE) from None


def refused(message: str) -> EcsCliError:
    """The error of a message of the engine, with what to do; what does not exist is the mistake of
    whoever named it."""
    lower = message.lower()
    if any(word in lower for word in DENIED):
        hint = (
            "the registry refused the login: check the account, the region and the policy of the"
            " repository"
        )
        return AccessError(f"Docker: {message}", hint=hint)
    if "manifest unknown" in lower or "not found" in lower:
        return InputError(f"Docker: {message}", hint="see what is there with `ecscli images`")
    return EcsCliError(f"Docker: {message}")
