"""The variables with which a container finds the endpoint: its key in, names and values out."""

from __future__ import annotations

#: Where a container reaches the endpoint. SDKs take credentials without encryption from a loopback
#: address at any port; 169.254.170.2:80, as on ECS, would take port 80 from the task.
ADDRESS = "127.0.0.1:51679"


def variables(key: str, with_role: bool, address: str = ADDRESS, token: str = "") -> dict[str, str]:
    """The variables that the ECS agent gives a container; those of credentials with a role, and
    with the token that has to come with a request for them where there is one."""
    found = {
        "ECS_CONTAINER_METADATA_URI": f"http://{address}/v3/{key}",
        "ECS_CONTAINER_METADATA_URI_V4": f"http://{address}/v4/{key}",
        "ECS_AGENT_URI": f"http://{address}/api/{key}",
    }
    if with_role:
        found["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"http://{address}/v2/credentials/{key}"
    if with_role and token:
        found["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = token
    return found
