"""The errors of Cloud Map that moto lacks, with AWS's codes."""

from __future__ import annotations

from moto.core.exceptions import JsonRESTError


def namespace_exists() -> JsonRESTError:
    message = "The namespace that you're trying to create already exists."
    return JsonRESTError("NamespaceAlreadyExists", message)


def service_exists(name: str) -> JsonRESTError:
    message = f"The service can't be created because a service with the name {name} exists."
    return JsonRESTError("ServiceAlreadyExists", message)


def in_use() -> JsonRESTError:
    message = (
        "The specified resource can't be deleted because it contains other resources. For example,"
        " you can't delete a service that contains any instances."
    )
    return JsonRESTError("ResourceInUse", message)
