"""One entry of `volumes`, short or long -> a canonical mapping `{type, source, target, ...}`.

Short form: `[SOURCE:]TARGET[:OPTIONS]`. A source that starts with `.`, `/`, `~`, a drive letter or
`\\\\` is a path on the host, any other a named volume.
"""

from __future__ import annotations

import os
import posixpath
import re

from ecscli.base.documents import Draft
from ecscli.base.errors import shorten
from ecscli.base.marks import Map, Mark, Raw
from ecscli.compose.join.merge import settle
from ecscli.compose.read.forms import (
    boolean,
    labels,
    list_of,
    mapping,
    size,
    text,
    word,
)
from ecscli.compose.read.reader import DROP, Dropped, Reader, is_number, plain

DRIVE = re.compile(r"[A-Za-z]:[\\/]")
PROPAGATIONS = ("private", "rprivate", "shared", "rshared", "slave", "rslave")
FORM_HINT = 'write "[SOURCE:]TARGET[:ro]", for example "data:/var/lib/data"'


def is_host_path(source: str) -> bool:
    """Whether a source names a path on the host and not a volume."""
    return source.startswith((".", "/", "~", "\\\\")) or bool(DRIVE.match(source))


def split_mount(spec: str) -> list[str]:
    """The parts between colons, the colon of a drive letter left alone."""
    parts: list[str] = []
    pieces = spec.split(":")
    for at, piece in enumerate(pieces):
        after_letter = bool(parts) and _is_letter(parts[-1])
        if after_letter and _is_drive_path(piece, pieces[at + 1 :], first=len(parts) == 1):
            parts[-1] += ":" + piece
        else:
            parts.append(piece)
    return parts


def _is_letter(part: str) -> bool:
    return len(part) == 1 and part.isalpha()


def join_device_names(parts: list[str]) -> list[str]:
    """`/dev/usb-0:1.3:/dev/usb-0:1.3` has colons in its paths: a part that starts no path belongs
    to the last one."""
    joined = parts[:1]
    for part in parts[1:]:
        if part.startswith("/") or is_options(part):
            joined.append(part)
        else:
            joined[-1] += ":" + part
    return joined if ":" in joined[0] else parts


def clean_target(path: str) -> str:
    """A path in the container without `//`, `/./` and a slash at its end."""
    return "/" + posixpath.normpath(path).lstrip("/") if path.startswith("/") else path


def is_options(part: str) -> bool:
    return all(
        option in ("ro", "rw", "z", "Z", "nocopy", *PROPAGATIONS) for option in part.split(",")
    )


def _is_drive_path(piece: str, rest: list[str], first: bool) -> bool:
    """Whether `piece`, after a lone letter and a colon, goes on a Windows path; `x:/data:ro` mounts
    the volume x."""
    if piece.startswith("\\") or (piece == "" and not first):
        return True
    if not piece.startswith("/"):
        return False
    return not first or _starts_with_target(rest)


def _starts_with_target(rest: list[str]) -> bool:
    """Whether the parts after the source begin with the path in the container."""
    if not rest:
        return False
    on_a_drive = len(rest) > 1 and _is_letter(rest[0])
    return on_a_drive or rest[0].startswith(("/", "\\"))


def parse_mount(spec: str) -> Draft:
    """The long form of a short one, its source as written; raises ValueError."""
    parts = _parts_of(spec)
    if len(parts) == 1:
        return {"type": "volume", "target": spec}
    source, target, *options = parts
    kind = "bind" if is_host_path(source) else "volume"
    mount: Draft = {"type": kind, "source": source, "target": target}
    _apply_options(mount, *options)
    return mount


def _parts_of(spec: str) -> list[str]:
    """Source, target and options, or the target alone; raises ValueError."""
    parts = split_mount(spec)
    if len(parts) > 3:
        parts = join_device_names(parts)
    if not spec or "" in parts[:2]:
        raise ValueError(f'"{shorten(spec)}" has an empty part')
    if len(parts) > 3:
        raise ValueError(f'"{shorten(spec)}" has too many colons')
    return parts


def _apply_options(mount: Draft, options: str = "") -> None:
    """`z`, `Z` and the propagations are options of bind mounts; a volume has no use for them."""
    bind: Draft = {"create_host_path": True}
    for option in options.split(","):
        if option == "ro":
            mount["read_only"] = True
        elif option == "nocopy":
            mount["volume"] = Map({"nocopy": True})
        elif option in ("z", "Z"):
            bind["selinux"] = option
        elif option in PROPAGATIONS:
            bind["propagation"] = option
    if mount["type"] == "bind":
        mount["bind"] = Map(bind)


def resolve_path(reader: Reader, path: str) -> str:
    """A path of the file, absolute: `~` is the home directory, the rest starts at the file's
    project directory."""
    if path == "~" or path.startswith("~/"):
        return reader.home + path[1:] if reader.home else path
    if DRIVE.match(path) or path.startswith("\\\\"):
        return path
    return os.path.normpath(os.path.join(reader.directory, path))


def _bytes(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
    if isinstance(value, float) or (is_number(value) and value == -1):
        problem = f"{plain(value)} is not a size"
        return reader.wrong(problem, at, path, 'write bytes, or a unit such as "64m"')
    return size(reader, value, at, path)


def _mode(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
    if not isinstance(value, str) and not is_number(value):
        return reader.expected("a text or a number", value, at, path)
    return mode_or_finding(reader, value, at, path)


def mode_or_finding(reader: Reader, value: str | float, at: Mark, path: str) -> str | Dropped:
    """A file mode as octal text; what is none is noted."""
    try:
        return file_mode(value)
    except ValueError as error:
        return reader.wrong(f"{error}", at, path, 'write it in octal, for example "0440"')


def file_mode(value: str | float) -> str:
    """A file mode as octal text: "0440", 0440 and 288 are the same; ValueError where it is none."""
    if isinstance(value, str):
        digits = value.removeprefix("0o")
        if not re.fullmatch(r"[0-7]{1,5}", digits):
            raise ValueError(f'"{value}" is not a file mode')
        return f"0{int(digits, 8):o}"
    return f"0{int(value):o}"


LONG = mapping(
    {
        "type": word("bind", "volume", "tmpfs", "cluster", "npipe", "image"),
        "source": text,
        "target": text,
        "read_only": boolean,
        "consistency": text,
        "bind": mapping(
            {
                "propagation": text,
                "create_host_path": boolean,
                "recursive": word("enabled", "disabled", "writable", "readonly"),
                "selinux": word("z", "Z"),
            }
        ),
        "volume": mapping({"labels": labels, "nocopy": boolean, "subpath": text}),
        "tmpfs": mapping({"size": _bytes, "mode": _mode}),
        "image": mapping({"subpath": text}),
    },
    "type",
    "target",
)


def mount(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
    """One item of `volumes` in its long form, host paths absolute (version 2 files keep them as
    written)."""
    found = _long_form(reader, value, at, path)
    if found is DROP:
        return DROP
    if not reader.dialect.reproduces_ecs_cli:
        found["target"] = clean_target(found["target"])
    if found.get("type") != "bind":
        return found
    if not found.get("source"):
        return reader.wrong('a bind needs a "source"', at, path, "write the path on the host")
    if not reader.dialect.host_paths_stay_relative:
        found["source"] = resolve_path(reader, found["source"])
    return found


def _long_form(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
    if type(value) is Map:
        return settle(LONG(reader, value, at, path))
    if type(value) is not str:
        return reader.expected("a text or a mapping", value, at, path)
    spec = value.removeprefix(":") if reader.dialect.mount_may_start_with_colon else value
    try:
        return Map(parse_mount(spec), at)
    except ValueError as error:
        return reader.wrong(f"{error}", at, path, FORM_HINT)


def volumes_from(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
    """`SERVICE[:MODE]` or `container:NAME[:MODE]`, checked and kept as text."""
    written = text(reader, value, at, path)
    if written is DROP:
        return written
    name, colon, mode = written.removeprefix("container:").partition(":")
    if not name or ":" in mode:
        message, hint = f'"{written}" cannot be read', "write [container:]NAME[:ro|rw]"
        return reader.wrong(message, at, path, hint)
    if colon and mode not in ("ro", "rw"):
        return reader.wrong(f'"{mode}" is not an access mode', at, path, "use ro or rw")
    return written


mounts = list_of(mount, identity=lambda found: clean_target(found["target"]))
