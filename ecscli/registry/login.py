"""ECR's token -> who may push and pull where."""

from __future__ import annotations

import base64
import ipaddress
from typing import TYPE_CHECKING

from ecscli.base.errors import AccessError, AwsError, InputError
from ecscli.base.records import field, record

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

SANDBOX_HINT = "images go to the sandbox's own registry alone; `ecscli sandbox start` starts it"


@record
class RegistryLogin:
    """A registry's host, with a user and a password that ECR accepts for twelve hours."""

    host: str
    user: str
    password: str = field(repr=False)

    @property
    def encoded(self) -> str:
        """In the form of Docker's configuration."""
        return base64.b64encode(f"{self.user}:{self.password}".encode()).decode()

    @property
    def auth(self) -> dict[str, str]:
        """In the form of Docker's API."""
        return {"username": self.user, "password": self.password, "serveraddress": self.host}


def login(aws: Aws, account: str | None = None) -> RegistryLogin:
    """Ask ECR for the token of a registry, the account's own by default."""
    query = {"registryIds": [account]} if account else {}
    granted = aws.call("ecr", "get_authorization_token", **query).get("authorizationData") or ()
    if not granted:
        raise AwsError("ECR gave no token", operation="GetAuthorizationToken")
    try:
        user, _, password = (
            base64.b64decode(granted[0]["authorizationToken"]).decode().partition(":")
        )
    except ValueError:
        raise AccessError("ECR gave a token that cannot be read") from None
    return RegistryLogin(registry_host(aws, granted[0]["proxyEndpoint"]), user, password)


def registry_host(aws: Aws, endpoint: str) -> str:
    """The host of a registry's address; with the sandbox one of this machine, or InputError."""
    settings = aws.settings
    host = endpoint.split("://", 1)[-1].rstrip("/")
    if not settings.sandbox_url:
        return host
    if not _is_local(host.rsplit(":", 1)[0]):
        raise InputError(
            f"the sandbox has no image registry on this machine ({host} is not here)",
            hint=SANDBOX_HINT,
        )
    return host


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
