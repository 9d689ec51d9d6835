"""The environment -> what the files of a project may name of it: everything but the credentials of
the run.

A withheld variable stays in the mapping as an empty text of a class of its own: code that
forgets to ask finds nothing in it, and code that asks names the place that needs it.
"""

from __future__ import annotations

from collections.abc import Mapping

#: What AWS's SDKs sign with or get their credentials by, and the token for which CI systems hand
#: out a role.
CREDENTIALS = frozenset(
    {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
        "AWS_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_CREDENTIAL_FILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_BEARER_TOKEN_BEDROCK",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_URL",
        "BITBUCKET_STEP_OIDC_TOKEN",
    }
)
FLAG = "--interpolate-credentials"
HINT = f"give the task a role, or write the value in an env file; {FLAG} allows it"


class Withheld(str):
    """A variable that is set and that files do not get; it is empty."""

    __slots__ = ()


WITHHELD = Withheld()


def without_credentials(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with the values of its credentials withheld."""
    return {
        name: WITHHELD if name in CREDENTIALS and value else value
        for name, value in environment.items()
    }


def beneath(outside: Mapping[str, str], found: Mapping[str, str]) -> dict[str, str]:
    """Both, `outside` over what files hold; what is withheld there gives way to a file's own
    value."""
    return {
        **found,
        **{name: value for name, value in outside.items() if not _gives_way(name, value, found)},
    }


def _gives_way(name: str, value: str, found: Mapping[str, str]) -> bool:
    return isinstance(value, Withheld) and name in found


def problem(name: str) -> str:
    """The message about a withheld variable that a file names."""
    return f"{name} is a credential of this environment, which is not put into files"
