"""Annotated classes -> records with slots, built at a fraction of what `dataclasses` takes, which
is tenths of a millisecond for each of a hundred classes at every start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType, MemberDescriptorType
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")
REQUIRED = object()


class Slot:
    """What a field is besides its name: its default, or what makes it; whether it is printed and
    compared."""

    __slots__ = ("compare", "default", "factory", "repr")

    def __init__(self, default: object, factory: object, repr: bool, compare: bool) -> None:
        self.default, self.factory, self.repr, self.compare = default, factory, repr, compare


def field(
    *,
    default: object = REQUIRED,
    default_factory: object = None,
    repr: bool = True,
    compare: bool = True,
) -> Any:
    """A field whose default is made anew for each record, or that is not printed or compared."""
    return Slot(default, default_factory, repr, compare)


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


def fields_of(subject: object) -> tuple[str, ...]:
    """The names of the fields of a record or of its class, in the order of its arguments."""
    return tuple(_fields(subject))


def default_of(cls: type, name: str) -> object:
    """The default of a field; REQUIRED where it has none or is made anew for each record."""
    return _fields(cls)[name].default


def values_of(subject: object) -> dict[str, Any]:
    """The fields of a record and their values; records inside stay what they are."""
    return {name: getattr(subject, name) for name in _fields(subject)}


def replace(subject: T, **changes: object) -> T:
    """A record with other values in some fields. Raises TypeError for a name that is no field."""
    return type(subject)(**{**values_of(subject), **changes})


def _fields(subject: object) -> Mapping[str, Slot]:
    fields: Mapping[str, Slot] = subject.__fields__  # type: ignore[attr-defined]
    return fields


def _with_slots(cls: type[T], methods: Mapping[str, object]) -> type[T]:
    """The class again, with a slot and an argument for each of its annotated names, and for those
    of the records that it extends."""
    namespace = dict(vars(cls))
    own = {name: _declared(namespace, name) for name in _annotated(cls)}
    inherited: Mapping[str, Slot] = getattr(cls, "__fields__", {})
    fields = {**inherited, **own}
    slots = tuple(name for name in own if name not in inherited)
    namespace |= {"__slots__": slots, "__fields__": fields, "__match_args__": tuple(fields)}
    for name in ("__dict__", "__weakref__"):
        namespace.pop(name, None)
    made: type[T] = type(cls.__name__, cls.__bases__, namespace)
    made.__qualname__ = cls.__qualname__
    _add(made, {"__init__": _initialiser_on_demand(made, fields), **METHODS, **methods})
    return made


def _annotated(cls: type) -> tuple[str, ...]:
    """The annotated names that are fields, those of the class itself."""
    kinds: Mapping[str, object] = cls.__annotations__
    return tuple(name for name, kind in kinds.items() if "ClassVar" not in str(kind))


def _declared(namespace: dict[str, object], name: str) -> Slot:
    """How a name is declared; its default leaves the class, since a slot takes its place."""
    value = namespace.pop(name, REQUIRED)
    return value if isinstance(value, Slot) else Slot(value, None, True, True)


def _add(cls: type, methods: Mapping[str, object]) -> None:
    """Methods that the class does not write itself."""
    for name, method in methods.items():
        if name not in cls.__dict__ or (name == "__hash__" and "__eq__" not in cls.__dict__):
            setattr(cls, name, method)


def _initialiser_on_demand(cls: Any, fields: Mapping[str, Slot]) -> Callable[..., None]:
    """An `__init__` that compiles the real one and makes way for it: a run has records of one in
    five of the classes that it loads."""

    def __init__(self: object, *arguments: object, **named: object) -> None:
        made = cls.__init__ = _initialiser(cls, fields)
        made(self, *arguments, **named)

    return __init__


def _initialiser(cls: type, fields: Mapping[str, Slot]) -> Callable[..., None]:
    """An `__init__` with the fields as arguments; compiled, since there may be thousands of
    records."""
    lines = [f" _set_{name}(self, {_value(name, one)})" for name, one in fields.items()]
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    arguments = ["self", *(_argument(name, one) for name, one in fields.items())]
    source = f"def __init__({', '.join(arguments)}):\n" + ("\n".join(lines) or " pass")
    known = _known_names(cls, fields)
    exec(source, known)
    made = known["__init__"]
    assert isinstance(made, FunctionType)
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _argument(name: str, one: Slot) -> str:
    """A field in the list of arguments."""
    if one.factory is not None:
        return f"{name}=_factory"
    return name if one.default is REQUIRED else f"{name}=_default_{name}"


def _value(name: str, one: Slot) -> str:
    """What is put into the slot of a field."""
    return name if one.factory is None else f"_make_{name}() if {name} is _factory else {name}"


def _known_names(cls: type, fields: Mapping[str, Slot]) -> dict[str, object]:
    """What the source of an `__init__` refers to."""
    known: dict[str, object] = {"_factory": REQUIRED}
    for name, one in fields.items():
        slot = getattr(cls, name)
        assert isinstance(slot, MemberDescriptorType), name
        known[f"_set_{name}"] = slot.__set__
        known[f"_make_{name}"] = one.factory
        known[f"_default_{name}"] = one.default
    return known


def _compared(self: object) -> tuple[object, ...]:
    return tuple(getattr(self, name) for name, one in _fields(self).items() if one.compare)


def _equal(self: object, other: object) -> object:
    if type(other) is not type(self):
        return NotImplemented
    return _compared(self) == _compared(other)


def _hash(self: object) -> int:
    return hash(_compared(self))


def _represent(self: object) -> str:
    printed = [name for name, one in _fields(self).items() if one.repr]
    values = ", ".join(f"{name}={getattr(self, name)!r}" for name in printed)
    return f"{self.__class__.__qualname__}({values})"


def _frozen(self: object, name: str, *value: object) -> NoReturn:
    raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")


def _getstate(self: object) -> tuple[object, ...]:
    return tuple(values_of(self).values())


def _setstate(self: object, state: tuple[object, ...]) -> None:
    for name, value in zip(_fields(self), state, strict=True):
        object.__setattr__(self, name, value)


METHODS: Mapping[str, object] = {
    "__eq__": _equal,
    "__repr__": _represent,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
}
