"""Errors that the sandbox's APIs answer with: the code and message of AWS, and the HTTP status."""

from __future__ import annotations


class ApiError(Exception):
    """What a client sees as an exception of that code."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


def invalid(message: str) -> ApiError:
    return ApiError("InvalidParameterException", message)


def client(message: str) -> ApiError:
    return ApiError("ClientException", message)


def no_cluster() -> ApiError:
    return ApiError("ClusterNotFoundException", "Cluster not found.")


def no_service() -> ApiError:
    return ApiError("ServiceNotFoundException", "Service not found.")


def internal_failure() -> ApiError:
    """The sandbox itself has failed."""
    return ApiError("InternalFailure", "The sandbox failed; see its log.", 500)
