"""The logins of the user's Docker configuration, for base images; its helpers see no keys."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from ecscli.base.documents import Document
from ecscli.base.system.programs import environment_for, find_program
from ecscli.registry.login import RegistryLogin

PATIENCE = 60  # seconds: a helper may ask the user
TOKEN = "<token>"  # the user name that stands for an identity token
Logins = dict[str, Document]


def with_our_helpers(
    configured: object, environment: Mapping[str, str], granted: Iterable[RegistryLogin] = ()
) -> object:
    """The SDK's AuthConfig, but for the helpers, which the SDK would start with all variables, and
    with the logins that were `granted` for this build."""
    from docker.auth import AuthConfig, convert_to_hostname

    class Configured(AuthConfig):  # type: ignore[misc]
        is_empty = False  # or the SDK reads the file again, into its own class

        def get_all_credentials(self) -> Logins:
            found = dict(self.auths) | dict(_helped(self, environment))
            found |= {convert_to_hostname(server): login for server, login in found.items()}
            return found | {one.host: _in_sdk_form(one) for one in granted}

    return Configured(configured or {})


def login_to(
    configured: Configuration, registry: str, environment: Mapping[str, str], asks_helpers: bool
) -> Document:
    """The login to one registry, by its name in the SDK; empty where there is none."""
    from docker.auth import INDEX_NAME, INDEX_URL, AuthConfig

    server = INDEX_URL if registry == INDEX_NAME else registry
    helper = configured.cred_helpers.get(registry) or configured.creds_store
    if helper and asks_helpers:
        login = _ask(helper, "get", server, environment)
        if login.get("Secret"):
            return _from_helper(server, login)
    written = AuthConfig({"auths": {**configured.auths}})
    return written.resolve_authconfig(registry) or {}


def _in_sdk_form(login: RegistryLogin) -> Document:
    return {"ServerAddress": login.host, "Username": login.user, "Password": login.password}


class Configuration(Protocol):
    """What the SDK's AuthConfig has of a configuration: helpers, and logins by their servers."""

    creds_store: str | None
    cred_helpers: dict[str, str]
    auths: Logins


def _helped(
    configured: Configuration, environment: Mapping[str, str]
) -> Iterator[tuple[str, Document]]:
    """Each server that a helper knows, and the login to it."""
    listed = _ask(configured.creds_store, "list", "", environment)
    stored = dict.fromkeys(listed, configured.creds_store)
    for server, helper in {**stored, **configured.cred_helpers}.items():
        login = _ask(helper, "get", server, environment)
        if login.get("Secret"):
            yield server, _from_helper(server, login)


def _from_helper(server: str, login: Document) -> Document:
    """A helper's login as the SDK has it."""
    name, secret = login.get("Username"), login["Secret"]
    if name == TOKEN:
        return {"ServerAddress": server, "IdentityToken": secret}
    return {"ServerAddress": server, "Username": name, "Password": secret}


def _ask(helper: str | None, verb: str, server: str, environment: Mapping[str, str]) -> Document:
    """A helper's answer; empty where there is none: as with docker, the build goes on without."""
    program = find_program(f"docker-credential-{helper}", environment) if helper else None
    if program is None:
        return {}
    kept = environment_for("docker", environment)
    try:
        done = subprocess.run(
            [program, verb],
            input=server.encode(),
            env=kept,
            capture_output=True,
            check=True,
            timeout=PATIENCE,
        )
        answer = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return {}
    return answer if isinstance(answer, dict) else {}
