"""Records: they are made, compared, changed and printed as dataclasses are."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from ecscli.base import records
from ecscli.base.records import entity, field, mutable, record


@record
class Port:
    kind: ClassVar[str] = "port"
    number: int
    protocol: str = "tcp"
    names: tuple[str, ...] = ()
    secret: str | None = field(default=None, repr=False)
    place: Any = field(default=None, compare=False)

    @property
    def low(self) -> bool:
        return self.number < 1024


@record
class Published(Port):
    host: int | None = None


@mutable
class Basket:
    things: list[str] = field(default_factory=list)


@entity
class Machine:
    name: str
    size: int = 1


@mutable
class Checked:
    size: int

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("a size is not negative")


def test_arguments_come_in_order_or_by_name_with_their_defaults() -> None:
    assert Port(80) == Port(number=80, protocol="tcp")
    assert Port(80, "udp").protocol == "udp"
    assert Port(80).low
    assert Port.kind == Port(80).kind == "port"


WRONG: list[Callable[[], Any]] = [
    lambda: Port(),  # type: ignore[call-arg]
    lambda: Port(80, colour="red"),  # type: ignore[call-arg]
    lambda: records.replace(Port(80), colour="red"),
]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_missing_or_unknown_argument_is_refused(wrong: Callable[[], Any]) -> None:
    with pytest.raises(TypeError):
        wrong()


def test_a_record_does_not_change_and_takes_no_other_names() -> None:
    port: Any = Port(80)
    with pytest.raises(AttributeError):
        port.number = 81
    with pytest.raises(AttributeError):
        del port.number
    with pytest.raises(AttributeError):
        port.colour = "red"
    assert not hasattr(port, "__dict__")


def test_records_are_equal_by_value_and_by_kind() -> None:
    assert Port(80, place=1) == Port(80, place=2)
    assert hash(Port(80, place=1)) == hash(Port(80, place=2))
    assert Port(80) != Port(81)
    assert Port(80) != Published(80)
    assert Port(80) != 80
    assert len({Port(80), Port(80), Port(443)}) == 2


def test_a_mutable_record_has_no_hash_and_its_own_list() -> None:
    one, other = Basket(), Basket()
    one.things.append("apple")
    assert (one, other) == (Basket(["apple"]), Basket([]))
    with pytest.raises(TypeError):
        hash(one)


def test_an_entity_is_equal_to_itself_alone() -> None:
    machine = Machine("a")
    machine.size = 2
    assert machine != Machine("a", 2)
    assert machine in [Machine("a", 2), machine]
    assert {machine: 1}[machine] == 1


def test_a_secret_is_not_printed() -> None:
    assert repr(Port(80, secret="hunter2", place=3)) == (
        "Port(number=80, protocol='tcp', names=(), place=3)"
    )


def test_a_record_is_replaced_taken_apart_and_matched() -> None:
    assert records.replace(Port(80), protocol="udp") == Port(80, "udp")
    assert records.values_of(Basket(["x"])) == {"things": ["x"]}
    assert records.fields_of(Published)[-1] == "host"
    assert records.default_of(Port, "protocol") == "tcp"
    assert records.default_of(Port, "number") is records.REQUIRED
    match Port(80, "udp"):
        case Port(number, protocol):
            assert (number, protocol) == (80, "udp")


def test_what_extends_a_record_adds_its_fields() -> None:
    assert Published(80, host=8080) == Published(80, "tcp", (), None, None, 8080)
    assert Published(80).low


@pytest.mark.parametrize("again", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_copy_is_equal(again: Callable[[Any], Any]) -> None:
    assert again(Port(80, names=("a",), place=1)) == Port(80, names=("a",))
    assert again(Basket(["x"])) == Basket(["x"])


def test_a_record_may_check_itself() -> None:
    with pytest.raises(ValueError, match="not negative"):
        Checked(-1)
