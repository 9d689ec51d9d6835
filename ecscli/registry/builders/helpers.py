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


def _in_sdk_form(login: RegistryLogin) -> Document:
    return {"ServerAddress": login.host, "Username": login.user, "Password": login.password}


class Helpers(Protocol):
    """What the SDK's AuthConfig has of the helpers of a configuration."""

    creds_store: str | None
    cred_helpers: dict[str, str]


def _helped(configured: Helpers, environment: Mapping[str, str]) -> Iterator[tuple[str, Document]]:
    """Each server that a helper knows, and the login to it."""
    listed = _ask(configured.creds_store, "list", "", environment)
    stored = dict.fromkeys(listed, configured.creds_store)
    for server, helper in {**stored, **configured.cred_helpers}.items():
        login = _ask(helper, "get", server, environment)
        name, secret = login.get("Username"), login.get("Secret")
        if name == TOKEN:
            yield server, {"ServerAddress": server, "IdentityToken": secret}
        elif secret:
            yield server, {"ServerAddress": server, "Username": name, "Password": secret}


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
