"""The errors of EFS that moto lacks, with AWS's codes."""

from __future__ import annotations

from moto.core.exceptions import JsonRESTError


def error(status: int, code: str, message: str) -> JsonRESTError:
    found = JsonRESTError(code, message)
    found.code = status
    return found


def not_available(file_system_id: str, state: str) -> JsonRESTError:
    message = f"File system '{file_system_id}' is in the state '{state}', not 'available'."
    return error(409, "IncorrectFileSystemLifeCycleState", message)


def mount_target_not_available(mount_target_id: str) -> JsonRESTError:
    message = f"Mount target '{mount_target_id}' is not in the state 'available'."
    return error(409, "IncorrectMountTargetState", message)


def access_point_exists(access_point_id: str) -> JsonRESTError:
    message = f"Access point '{access_point_id}' already exists with this client token."
    return error(409, "AccessPointAlreadyExists", message)


def changed_too_often() -> JsonRESTError:
    message = (
        "The throughput mode, or a lower provisioned throughput, can be set once in 24 hours only."
    )
    return error(429, "TooManyRequests", message)


def bad_policy() -> JsonRESTError:
    return error(400, "InvalidPolicyException", "The file system policy is not a JSON object.")


def other_zone(zone: str) -> JsonRESTError:
    message = f"A file system of One Zone storage has its mount target in {zone} alone."
    return error(400, "AvailabilityZonesMismatch", message)
