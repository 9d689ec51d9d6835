"""The variables with which a container finds the endpoint: its key in, names and values out."""

from __future__ import annotations

#: Where a container reaches the endpoint. SDKs take credentials without encryption from a loopback
#: address at any port; 169.254.170.2:80, as on ECS, would take port 80 from the task.
ADDRESS = "127.0.0.1:51679"


def variables(key: str, with_role: bool) -> dict[str, str]:
    """The variables that the ECS agent gives a container; those of credentials with a role."""
    found = {
        "ECS_CONTAINER_METADATA_URI": f"http://{ADDRESS}/v3/{key}",
        "ECS_CONTAINER_METADATA_URI_V4": f"http://{ADDRESS}/v4/{key}",
        "ECS_AGENT_URI": f"http://{ADDRESS}/api/{key}",
    }
    if with_role:
        found["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"http://{ADDRESS}/v2/credentials/{key}"
    return found
