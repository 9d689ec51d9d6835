"""The logins of the user's Docker configuration, for base images; its helpers see no keys."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

from ecscli.base.documents import Document
from ecscli.base.system.programs import environment_for, find_program

PATIENCE = 60  # seconds: a helper may ask the user
TOKEN = "<token>"  # the user name that stands for an identity token
Logins = dict[str, Document]


def with_our_helpers(configured: Any, environment: Mapping[str, str]) -> Any:
    """The SDK's AuthConfig, but for the helpers, which the SDK would start with all variables."""
    from docker.auth import AuthConfig, convert_to_hostname

    class Configured(AuthConfig):  # type: ignore[misc]
        is_empty = False  # or the SDK reads the file again, into its own class

        def get_all_credentials(self) -> Logins:
            found = dict(self.auths) | dict(_helped(self, environment))
            return found | {convert_to_hostname(server): login for server, login in found.items()}

    return Configured(configured or {})


def _helped(configured: Any, environment: Mapping[str, str]) -> Iterator[tuple[str, Document]]:
    """Each server that a helper knows, and the login to it."""
    asked = dict.fromkeys(
        _ask(configured.creds_store, "list", "", environment), configured.creds_store
    )
    for server, helper in (asked | configured.cred_helpers).items():
        login = _ask(helper, "get", server, environment)
        if login.get("Username") == TOKEN:
            yield server, {"ServerAddress": server, "IdentityToken": login.get("Secret")}
        elif login.get("Secret"):
            yield (
                server,
                {
                    "ServerAddress": server,
                    "Username": login.get("Username"),
                    "Password": login["Secret"],
                },
            )


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
