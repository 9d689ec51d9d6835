"""Short forms of single service keys -> their long forms; one small reader per key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeAlias

from ecscli.base.marks import Map, Mark, Raw, Seq
from ecscli.compose.read.forms import (
    Form,
    arguments,
    as_list,
    boolean,
    duration,
    integer,
    key_values,
    list_of,
    mapping,
    null_or,
    table,
    text,
    text_or_number,
    texts,
    word,
)
from ecscli.compose.read.mounts import mode_or_finding, resolve_path
from ecscli.compose.read.reader import DROP, Dropped, FromList, FromText, Reader
from ecscli.compose.text.shell import split_command


def command(reader: Reader, value: Raw, at: Mark, path: str) -> Seq | Dropped | None:
    """A command line -> its words, by the rules of the file's dialect; null means the image's
    own."""
    if value is None:
        return None
    if isinstance(value, str):
        return _command_line(reader, value, at, path)
    return _exec_form(reader, value, at, path)


def _command_line(reader: Reader, value: str, at: Mark, path: str) -> Seq | Dropped:
    try:
        words, dropped = split_command(value, reader.dialect)
    except ValueError as error:
        return reader.wrong(f"{error}", at, path, "write it as a list of arguments")
    if dropped:
        message = f'"{dropped}" is dropped, since no shell runs the command'
        reader.journal.warn(message, at, path, 'write ["sh", "-c", "..."] for a shell')
    found = FromText(words, at)
    found.values_at.extend([at] * len(words))
    return found


def _exec_form(reader: Reader, value: Raw, at: Mark, path: str) -> Seq | Dropped:
    if isinstance(value, Seq):
        return arguments(reader, value, at, path)
    return reader.expected("a text or a list of texts", value, at, path)


def local_path(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
    """A path on this machine, made absolute from the file's directory."""
    found = text(reader, value, at, path)
    return found if found is DROP else resolve_path(reader, found)


def env_file(reader: Reader, value: Raw, at: Mark, path: str) -> Seq | Dropped:
    """Paths -> a list of `{path, required, format}`."""
    items = as_list(value, at) if isinstance(value, (str, Map)) else value
    return ENV_FILES(reader, items, at, path)


def _env_file_entry(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
    entry = value
    if isinstance(value, str):
        entry = Map({"path": value}, at)
        entry.keys_at["path"] = entry.values_at["path"] = at
    found = ENV_FILE(reader, entry, at, path)
    if found is not DROP:
        found.setdefault("required", True)
    return found


ENV_FILE = mapping({"path": local_path, "required": boolean, "format": word("raw")}, "path")
ENV_FILES = list_of(_env_file_entry, unique=False)


def environment(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Seq | Dropped:
    """A mapping to texts or nothing; in version 1 and 2 files a list stays one, since it
    may repeat a name."""
    if reader.dialect.environment_repeats_names and isinstance(value, Seq):
        return arguments(reader, value, at, path)
    found = key_values(reader, value, at, path)
    if isinstance(found, FromList) and reader.dialect.refuses_blanks_around_names:
        _refuse_blanks(reader, found, path)
    return found


def _refuse_blanks(reader: Reader, variables: Map, path: str) -> None:
    for name in variables:
        if name != name.strip():
            problem = f'the name "{name}" has blanks around it'
            reader.wrong(problem, variables.keys_at[name], path, "write KEY=value")


Default: TypeAlias = Callable[[Mark], Map | None]


def _nothing(at: Mark) -> None:
    """The entry of a name that needs none."""


def named(entry: Form[object], default: Default = _nothing) -> Form[Map]:
    """A list of names, or a mapping from names to entries -> the mapping, each name having
    `default()`."""
    entries = table(null_or(entry))

    def read(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
        if type(value) is not Map:
            names = texts(reader, value, at, path)
            return DROP if names is DROP else _with_defaults(names, default)
        found = entries(reader, value, at, path)
        if found is not DROP:
            _fill_in(found, default, at)
        return found

    return read


def _with_defaults(names: Seq, default: Default) -> Map:
    """The mapping that a list of names is short for."""
    out = Map((), names.mark)
    for name, spot in names.marked():
        out[name] = default(spot)
        out.keys_at[name] = out.values_at[name] = spot
    return out


def _fill_in(entries: Map, default: Default, at: Mark) -> None:
    """Give each name without an entry the default one."""
    for name, item in entries.items():
        if item is None:
            entries[name] = default(entries.values_at.get(name, at))


def _dependency_default(at: Mark) -> Map:
    return Map({"condition": "service_started", "required": True}, at)


DEPENDENCY = mapping(
    {
        "condition": word("service_started", "service_healthy", "service_completed_successfully"),
        "required": boolean,
        "restart": boolean,
    }
)


depends_on = named(DEPENDENCY, _dependency_default)


def extends(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
    """A service's name or `{service, file}`."""
    if isinstance(value, str):
        return Map({"service": value}, at)
    return EXTENDS(reader, value, at, path)


EXTENDS = mapping({"service": text, "file": text}, "service")


Entry: TypeAlias = tuple[Raw, Mark, str]  # a value, its place, its path


class HostLine(NamedTuple):
    """A host and its addresses, as the file has them."""

    text: str
    at: Mark
    path: str


def extra_hosts(reader: Reader, value: Raw, at: Mark, path: str) -> Seq | Dropped:
    """`HOST=IP`, `HOST:IP`, `HOST=[IPv6]` or a mapping -> a list of `HOST=IP`."""
    if isinstance(value, Map):
        lines = _host_lines(reader, _hosts_of_mapping(value, at, path))
        if reader.dialect.sorts_extra_hosts:
            lines.sort(key=_as_sent_by_ecs_cli)
        return _addresses(reader, lines, value.mark)
    if isinstance(value, Seq):
        return _addresses(reader, _host_lines(reader, _hosts_of_list(value, path)), value.mark)
    return reader.expected("a mapping or a list", value, at, path)


def _host_lines(reader: Reader, entries: Iterable[Entry]) -> list[HostLine]:
    """The entries that are texts; the others are noted."""
    lines = []
    for value, at, path in entries:
        found = text(reader, value, at, path)
        if found is not DROP:
            lines.append(HostLine(found, at, path))
    return lines


def _as_sent_by_ecs_cli(line: HostLine) -> str:
    return line.text.replace("=", ":", 1)


def _addresses(reader: Reader, lines: Iterable[HostLine], mark: Mark | None) -> Seq:
    """One `HOST=IP` for each address."""
    found = Seq((), mark)
    for line in lines:
        host, addresses = _host_address(line.text)
        if not host or not addresses:
            problem = f'"{line.text}" is not a host and an address'
            reader.wrong(problem, line.at, line.path, 'write "HOST=IP"')
            continue
        for address in filter(None, addresses.split(",")):
            found.add(f"{host}={address}", line.at)
    return found


def _host_address(entry: str) -> tuple[str, str]:
    """Split at the first `=`, else at the first `:`; brackets around an IPv6 address go."""
    host, equals, address = entry.partition("=")
    if not equals:
        host, _, address = entry.partition(":")
    address = address.strip()
    if address.startswith("[") and address.endswith("]"):
        address = address[1:-1]
    return host.strip(), address


def _hosts_of_mapping(value: Map, at: Mark, path: str) -> Iterator[Entry]:
    """A line for each address of a host; what is not a text stays as it is."""
    for host, entry in value.items():
        spot, inside = value.values_at.get(host, at), f"{path}.{host}"
        addresses = entry if isinstance(entry, Seq) else [entry]
        for address in addresses:
            known = "" if address is None else address
            written = f"{host}={known}" if isinstance(known, str) else known
            yield written, spot, inside


def _hosts_of_list(value: Seq, path: str) -> Iterator[Entry]:
    for index, (item, spot) in enumerate(value.marked()):
        yield ("" if item is None else item), spot, f"{path}[{index}]"


def grants(reader: Reader, value: Raw, at: Mark, path: str) -> Seq | Dropped:
    """`configs` or `secrets` of a service -> a list of `{source, target, uid, gid, mode}`."""
    return GRANTS(reader, value, at, path)


def _grant(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
    return Map({"source": value}, at) if isinstance(value, str) else GRANT(reader, value, at, path)


def _mode(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return reader.expected("a file mode", value, at, path)
    return mode_or_finding(reader, value, at, path)


GRANT = mapping(
    {"source": text, "target": text, "uid": text_or_number, "gid": text_or_number, "mode": _mode},
    "source",
)
GRANTS = list_of(_grant)


def healthcheck_test(reader: Reader, value: Raw, at: Mark, path: str) -> Seq | Dropped:
    """A shell line or an exec form -> the exec form."""
    if isinstance(value, str):
        line = Seq(("CMD-SHELL", value), at)
        line.values_at.extend((at, at))
        return line
    words = _exec_form(reader, value, at, path)
    if words is DROP or not words or reader.dialect.takes_any_health_test:
        return words
    if words[0] in ("NONE", "CMD", "CMD-SHELL"):
        return words
    hint = "start it with CMD, CMD-SHELL or NONE"
    return reader.wrong(f'the test starts with "{words[0]}"', words.values_at[0], path, hint)


healthcheck = mapping(
    {
        "test": healthcheck_test,
        "interval": duration,
        "timeout": duration,
        "retries": integer,
        "start_period": duration,
        "start_interval": duration,
        "disable": boolean,
    }
)
