"""The names of what has no closer type: JSON objects of the APIs, and WSGI environments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

#: An object in the JSON shapes of an API, or a part of a template.
Json = dict[str, Any]
#: A method of moto, which a repair wraps.
Method = Callable[..., Any]
#: The environment of a WSGI request.
Environ = dict[str, Any]


class ModelShape(Protocol):
    """A shape of botocore's models; which members it really has depends on `type_name`."""

    @property
    def name(self) -> str: ...

    @property
    def type_name(self) -> str: ...

    @property
    def metadata(self) -> Mapping[str, Any]: ...

    @property
    def required_members(self) -> Sequence[str]: ...

    @property
    def members(self) -> Mapping[str, ModelShape]: ...

    @property
    def member(self) -> ModelShape: ...

    @property
    def value(self) -> ModelShape: ...


class Operation(Protocol):
    """An operation of botocore's models."""

    @property
    def input_shape(self) -> ModelShape | None: ...

    @property
    def service_model(self) -> ServiceModel: ...


class ServiceModel(Protocol):
    """A service of botocore's models."""

    @property
    def protocol(self) -> str: ...
