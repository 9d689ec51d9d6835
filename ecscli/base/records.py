"""Annotated classes -> records with slots, built at a fraction of what `dataclasses` takes, which
is tenths of a millisecond for each of a hundred classes at every start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MemberDescriptorType
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")
REQUIRED = object()


class Field:
    """What a field is besides its name: its default, or what makes it; whether it is printed and
    compared."""

    __slots__ = ("compare", "default", "factory", "repr")

    def __init__(self, default: Any, factory: Any, repr: bool, compare: bool) -> None:
        self.default, self.factory, self.repr, self.compare = default, factory, repr, compare


def field(
    *, default: Any = REQUIRED, default_factory: Any = None, repr: bool = True, compare: bool = True
) -> Any:
    """A field whose default is made anew for each record, or that is not printed or compared."""
    return Field(default, default_factory, repr, compare)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """A class whose records never change and compare by their values."""
    return _with_slots(cls, {"__setattr__": _frozen, "__delattr__": _frozen, "__hash__": _hash})


@dataclass_transform(field_specifiers=(field,))
def mutable(cls: type[T]) -> type[T]:
    """A class whose records may change; they compare by their values and have no hash."""
    return _with_slots(cls, {"__hash__": None})


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def entity(cls: type[T]) -> type[T]:
    """A class whose records may change, and are equal to nothing but themselves."""
    return _with_slots(cls, {"__eq__": object.__eq__, "__hash__": object.__hash__})


def fields_of(subject: Any) -> tuple[str, ...]:
    """The names of the fields of a record or of its class, in the order of its arguments."""
    return tuple(subject.__fields__)


def default_of(cls: type[Any], name: str) -> Any:
    """The default of a field; REQUIRED where it has none or is made anew for each record."""
    return cls.__fields__[name].default


def values_of(subject: Any) -> dict[str, Any]:
    """The fields of a record and their values; records inside stay what they are."""
    return {name: getattr(subject, name) for name in subject.__fields__}


def replace(subject: T, **changes: Any) -> T:
    """A record with other values in some fields. Raises TypeError for a name that is no field."""
    return type(subject)(**{**values_of(subject), **changes})


def _with_slots(cls: type[T], methods: dict[str, Any]) -> type[T]:
    """The class again, with a slot and an argument for each of its annotated names, and for those
    of the records that it extends."""
    namespace = dict(vars(cls))
    own = {name: _field(namespace, name) for name in _annotated(cls)}
    inherited = getattr(cls, "__fields__", {})
    fields = {**inherited, **own}
    namespace["__slots__"] = tuple(name for name in own if name not in inherited)
    namespace["__fields__"] = fields
    namespace["__match_args__"] = tuple(fields)
    for name in ("__dict__", "__weakref__"):
        namespace.pop(name, None)
    made: type[T] = type(cls.__name__, cls.__bases__, namespace)
    made.__qualname__ = cls.__qualname__
    _add(made, {"__init__": _initialiser(made, fields), **METHODS, **methods})
    return made


def _annotated(cls: type[Any]) -> tuple[str, ...]:
    """The annotated names that are fields, those of the class itself."""
    kinds: dict[str, Any] = cls.__annotations__
    return tuple(name for name, kind in kinds.items() if "ClassVar" not in str(kind))


def _field(namespace: dict[str, Any], name: str) -> Field:
    """How a name is declared; its default leaves the class, since a slot takes its place."""
    value = namespace.pop(name, REQUIRED)
    return value if isinstance(value, Field) else Field(value, None, True, True)


def _add(cls: type[Any], methods: dict[str, Any]) -> None:
    """Methods that the class does not write itself."""
    for name, method in methods.items():
        if name not in cls.__dict__ or (name == "__hash__" and "__eq__" not in cls.__dict__):
            setattr(cls, name, method)


def _initialiser(cls: type[Any], fields: dict[str, Field]) -> Callable[..., None]:
    """An `__init__` with the fields as arguments; compiled, since there may be thousands of
    records."""
    known: dict[str, Any] = {"_factory": REQUIRED}
    arguments, lines = [], []
    for name, one in fields.items():
        slot = getattr(cls, name)
        assert isinstance(slot, MemberDescriptorType), name
        known[f"_set_{name}"] = slot.__set__
        value = name
        if one.factory is not None:
            known[f"_make_{name}"] = one.factory
            value = f"_make_{name}() if {name} is _factory else {name}"
            arguments.append(f"{name}=_factory")
        elif one.default is not REQUIRED:
            known[f"_default_{name}"] = one.default
            arguments.append(f"{name}=_default_{name}")
        else:
            arguments.append(name)
        lines.append(f" _set_{name}(self, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    source = f"def __init__(self, {', '.join(arguments)}):\n" + ("\n".join(lines) or " pass")
    exec(source, known)
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _compared(self: Any) -> Iterator[Any]:
    fields: dict[str, Field] = self.__fields__
    for name, one in fields.items():
        if one.compare:
            yield getattr(self, name)


def _equal(self: Any, other: object) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    return tuple(_compared(self)) == tuple(_compared(other))


def _hash(self: Any) -> int:
    return hash(tuple(_compared(self)))


def _represent(self: Any) -> str:
    values = (
        f"{name}={getattr(self, name)!r}" for name, one in self.__fields__.items() if one.repr
    )
    return f"{self.__class__.__qualname__}({', '.join(values)})"


def _frozen(self: Any, name: str, *value: Any) -> NoReturn:
    raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")


def _getstate(self: Any) -> tuple[Any, ...]:
    return tuple(values_of(self).values())


def _setstate(self: Any, state: tuple[Any, ...]) -> None:
    for name, value in zip(self.__fields__, state, strict=True):
        object.__setattr__(self, name, value)


METHODS: dict[str, Any] = {
    "__eq__": _equal,
    "__repr__": _represent,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
}
