"""Short forms of single service keys -> their long forms; one small reader per key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ecscli.base.marks import Map, Mark, Seq
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
from ecscli.compose.read.mounts import file_mode, resolve_path
from ecscli.compose.read.reader import DROP, FromText, Reader
from ecscli.compose.text.shell import split_command


def command(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """A command line -> its words, by the rules of the file's dialect; null means the image's
    own."""
    if value is None:
        return None
    if isinstance(value, str):
        return _command_line(reader, value, at, path)
    return _exec_form(reader, value, at, path)


def _command_line(reader: Reader, value: str, at: Mark, path: str) -> Any:
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


def _exec_form(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    if isinstance(value, Seq):
        return arguments(reader, value, at, path)
    return reader.expected("a text or a list of texts", value, at, path)


def local_path(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """A path on this machine, made absolute from the file's directory."""
    found = text(reader, value, at, path)
    return found if found is DROP else resolve_path(reader, found)


def env_file(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """Paths -> a list of `{path, required, format}`."""
    items = as_list(value, at) if isinstance(value, (str, Map)) else value
    return ENV_FILES(reader, items, at, path)


def _env_file_entry(reader: Reader, value: Any, at: Mark, path: str) -> Any:
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


def environment(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """A mapping to texts or nothing; in version 1 and 2 files a list stays one, since it
    may repeat a name."""
    if reader.dialect.environment_repeats_names and isinstance(value, Seq):
        return arguments(reader, value, at, path)
    found = key_values(reader, value, at, path)
    if found is not DROP and isinstance(value, Seq) and reader.dialect.refuses_blanks_around_names:
        for name in found:
            if name != name.strip():
                reader.wrong(
                    f'the name "{name}" has blanks around it',
                    found.keys_at[name],
                    path,
                    "write KEY=value",
                )
    return found


def named(entry: Form, default: Callable[[Mark], Any] | None = None) -> Form:
    """A list of names, or a mapping from names to entries -> the mapping, each name having
    `default()`."""
    entries = table(null_or(entry))
    blank: Callable[[Mark], Any] = default or (lambda at: None)

    def read(reader: Reader, value: Any, at: Mark, path: str) -> Any:
        if type(value) is not Map:
            names = texts(reader, value, at, path)
            return DROP if names is DROP else _named_once(names, blank)
        found = entries(reader, value, at, path)
        for name, item in found.items():
            if item is None:
                found[name] = blank(value.values_at.get(name, at))
        return found

    return read


def _named_once(names: Seq, blank: Callable[[Mark], Any]) -> Map:
    out = Map((), names.mark)
    for name, spot in names.marked():
        out[name] = blank(spot)
        out.keys_at[name] = out.values_at[name] = spot
    return out


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


def extends(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """A service's name or `{service, file}`."""
    if isinstance(value, str):
        return Map({"service": value}, at)
    return EXTENDS(reader, value, at, path)


EXTENDS = mapping({"service": text, "file": text}, "service")


HostLine = tuple[Any, Mark, str]  # the line, its place, its path


def extra_hosts(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """`HOST=IP`, `HOST:IP`, `HOST=[IPv6]` or a mapping -> a list of `HOST=IP`."""
    if isinstance(value, Map):
        entries = _hosts_of_mapping(value, at, path)
    elif isinstance(value, Seq):
        entries = _hosts_of_list(value, path)
    else:
        return reader.expected("a mapping or a list", value, at, path)
    out = Seq((), value.mark)
    lines = [entry for entry in entries if text(reader, *entry) is not DROP]
    if reader.dialect.sorts_extra_hosts and isinstance(value, Map):
        # the order in which ecs-cli sent them
        lines.sort(key=lambda entry: entry[0].replace("=", ":", 1))
    for line, spot, inside in lines:
        host, addresses = _host_address(line)
        if not host or not addresses:
            reader.wrong(f'"{line}" is not a host and an address', spot, inside, 'write "HOST=IP"')
            continue
        for address in filter(None, addresses.split(",")):
            out.add(f"{host}={address}", spot)
    return out


def _host_address(entry: str) -> tuple[str, str]:
    """Split at the first `=`, else at the first `:`; brackets around an IPv6 address go."""
    host, equals, address = entry.partition("=")
    if not equals:
        host, _, address = entry.partition(":")
    address = address.strip()
    if address.startswith("[") and address.endswith("]"):
        address = address[1:-1]
    return host.strip(), address


def _hosts_of_mapping(value: Map, at: Mark, path: str) -> Iterator[HostLine]:
    """A line for each address of a host; what is not a text stays as it is."""
    for host, addresses in value.items():
        spot, inside = value.values_at.get(host, at), f"{path}.{host}"
        for address in addresses if isinstance(addresses, Seq) else [addresses]:
            known = "" if address is None else address
            yield (f"{host}={known}" if isinstance(known, str) else known), spot, inside


def _hosts_of_list(value: Seq, path: str) -> Iterator[HostLine]:
    for index, (item, spot) in enumerate(value.marked()):
        yield ("" if item is None else item), spot, f"{path}[{index}]"


def grants(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """`configs` or `secrets` of a service -> a list of `{source, target, uid, gid, mode}`."""
    return GRANTS(reader, value, at, path)


def _grant(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    return Map({"source": value}, at) if isinstance(value, str) else GRANT(reader, value, at, path)


def _mode(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return reader.expected("a file mode", value, at, path)
    try:
        return file_mode(value)
    except ValueError as error:
        return reader.wrong(f"{error}", at, path, 'write it in octal, for example "0440"')


GRANT = mapping(
    {"source": text, "target": text, "uid": text_or_number, "gid": text_or_number, "mode": _mode},
    "source",
)
GRANTS = list_of(_grant)


def healthcheck_test(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """A shell line or an exec form -> the exec form."""
    if isinstance(value, str):
        found = Seq(("CMD-SHELL", value), at)
        found.values_at.extend((at, at))
        return found
    found = _exec_form(reader, value, at, path)
    if found is DROP or not found or reader.dialect.takes_any_health_test:
        return found
    if found[0] in ("NONE", "CMD", "CMD-SHELL"):
        return found
    hint = "start it with CMD, CMD-SHELL or NONE"
    return reader.wrong(f'the test starts with "{found[0]}"', found.values_at[0], path, hint)


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
