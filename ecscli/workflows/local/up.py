"""Compose files on this machine, with what ECS adds: secrets, credentials, metadata, a network."""

from __future__ import annotations

import os
import secrets as random
from collections.abc import Generator, Mapping, Sequence

from ecscli.base.errors import EcsCliError, Finding, InputError
from ecscli.base.records import field, record, replace
from ecscli.base.system.files import TEXT_LIMIT, Confinement, read_file
from ecscli.base.yaml import yamlio
from ecscli.compose.text.dotenv import parse_env
from ecscli.config.settings import Settings
from ecscli.config.writing import write_private
from ecscli.endpoint.facts import Credentials
from ecscli.local import compose_program, environment_files, secrets
from ecscli.local.definition.convert import NETWORK
from ecscli.local.endpoint import serving, state
from ecscli.local.endpoint.credentials import ME, lend
from ecscli.local.endpoint.state import Place
from ecscli.local.endpoint.way import (
    AUTO,
    NONE,
    Way,
    WayRequest,
    forwarder_image,
    open_way,
    port_of,
)
from ecscli.local.engine import Engine
from ecscli.local.overlay import (
    Seat,
    Surroundings,
    child_variables,
    external_secrets,
    overlay,
    owner_of,
)
from ecscli.local.stack import Member, Stack
from ecscli.up.model import Event
from ecscli.workflows.events import warning
from ecscli.workflows.local.project import PROJECT
from ecscli.workflows.project import Connect

TASK, MY_OWN, NOBODY = "task", "me", "none"
NO_ACCOUNT = "000000000000"
OTHERS_READ = 0o077


@record
class UpRequest:
    """What is asked, by the names of the flags. `role`: task, me, none, the name of a role or its
    ARN; None: task where one is named. `arguments`: of `docker compose up`."""

    settings: Settings
    environment: Mapping[str, str]
    directory: str
    within: Confinement
    role: str | None = None
    endpoint: str = AUTO
    network: str = NETWORK
    offline: bool = False
    secrets: str | None = None
    limits: bool = False
    keep: bool = False
    services: Sequence[str] = ()
    arguments: Sequence[str] = ()


@record
class Prepared:
    """What is known before anything is made: `account` is to be agreed to, where it is not
    empty."""

    request: UpRequest
    stack: Stack
    place: Place
    program: compose_program.ComposeProgram
    seats: Mapping[str, Seat]
    values: Mapping[str, str] = field(repr=False)
    files: Mapping[str, Mapping[str, str]] = field(repr=False)
    lent: Mapping[str, Credentials] = field(repr=False)
    account: str = ""
    is_known: bool = True


# ------------------------------------------------------------------------------- before


def prepare(connect: Connect, request: UpRequest, stack: Stack) -> Generator[Event, None, Prepared]:
    """Read everything that containers need from AWS. Nothing is made."""
    yield from map(Event, stack.notices)
    given = _given_secrets(request)
    program = compose_program.find(request.environment)
    folder = state.folder(request.environment)
    place = Place(folder, owner_of(stack))
    roles = yield from _roles(connect, request, stack)
    values, files = yield from _values(connect, request, stack, given)
    lent, account = _lent(connect, roles.values())
    seats = _seats(stack, roles, place, request.endpoint)
    known = {*state.read_accounts(folder), *stack.accounts}
    is_known = not account or bool(request.settings.sandbox_url) or account in known
    return Prepared(request, stack, place, program, seats, values, files, lent, account, is_known)


def remember(prepared: Prepared) -> None:
    """The user has agreed to lend credentials of the account."""
    state.add_account(prepared.place.folder, prepared.account)


def _given_secrets(request: UpRequest) -> Mapping[str, str]:
    """The values of `--secrets`. Raises InputError where others may read the file."""
    if request.secrets is None:
        return {}
    if not request.offline:
        raise InputError("--secrets is for --offline", None, "add --offline, or leave it out")
    path = os.path.join(request.directory, request.secrets)
    content = read_file(path, request.secrets, TEXT_LIMIT, request.within, named=True)
    if os.stat(path).st_mode & OTHERS_READ:
        hint = f"chmod 600 {request.secrets}"
        raise InputError("others may read this file", request.secrets, hint)
    text = yamlio.decode(content, request.secrets)
    return parse_env(text, request.secrets, {})


def _roles(
    connect: Connect, request: UpRequest, stack: Stack
) -> Generator[Event, None, Mapping[str, str]]:
    """The role of each container whose credentials are lent, as an ARN or ME."""
    chosen = request.role or TASK
    if request.offline or request.endpoint == NONE or chosen == NOBODY:
        return {}
    members = [one for one in stack.members if one.has_network]
    if chosen == MY_OWN:
        return {one.name: ME for one in members}
    if chosen != TASK:
        arn = role_arn(connect, chosen)
        return {one.name: arn for one in members}
    if not any(one.role for one in members):
        if request.role == TASK:
            raise InputError("no task role is named", "--role task", "name one, or --role me")
        yield Event("No task role is named, so that containers get no credentials: see --role.")
    return {one.name: role_arn(connect, one.role) for one in members if one.role}


def role_arn(connect: Connect, name: str) -> str:
    """The ARN of a role; one of the caller's account by its name."""
    if name.startswith("arn:"):
        return name
    aws = connect()
    return f"arn:{aws.partition}:iam::{aws.account()}:role/{name}"


def _values(
    connect: Connect, request: UpRequest, stack: Stack, given: Mapping[str, str]
) -> Generator[Event, None, tuple[Mapping[str, str], Mapping[str, Mapping[str, str]]]]:
    """The values of secrets by variable, and the variables of environment files."""
    wanted, with_files = stack.secrets, [one for one in stack.members if one.env_files]
    if request.offline:
        if with_files:
            yield warning(Finding("environment files in S3 are not read with --offline"))
        return secrets.stubs(wanted, given), {}
    values = secrets.resolve(connect(), wanted) if wanted else {}
    files = environment_files.read(connect(), with_files) if with_files else {}
    if wanted:
        yield Event(
            f"Secrets read: {len(wanted)}. Docker keeps them with the containers; no file has them."
        )
    return values, files


def _lent(connect: Connect, roles: object) -> tuple[Mapping[str, Credentials], str]:
    """The first credentials of each role, so that an MFA code is asked for on this terminal; and
    the account that lends them."""
    names = list(dict.fromkeys(roles))  # type: ignore[call-overload]
    if not names:
        return {}, ""
    aws = connect()
    return {name: lend(aws, name) for name in names}, aws.account()


def _seats(stack: Stack, roles: Mapping[str, str], place: Place, form: str) -> Mapping[str, Seat]:
    """Keys, the same again as long as there are containers, so that none is replaced for them."""
    if form == NONE:
        return {}
    known = place.read().get("keys") or {}
    found = {}
    for one in stack.members:
        if one.has_network:
            key, token = known.get(one.name) or (random.token_hex(16), random.token_hex(16))
            found[one.name] = Seat(key, token, roles.get(one.name, ""))
    return found


# -------------------------------------------------------------------------------- start


def start(prepared: Prepared) -> Generator[Event, None, None]:
    """Start the containers; what this has started is removed again where it fails."""
    request, place = prepared.request, prepared.place
    with Engine(request.environment) as engine:
        before = {one.id for one in engine.owned(place.owner)}
        try:
            code = yield from _compose_up(engine, prepared)
        except BaseException:
            if not request.keep:
                _undo(engine, prepared, before)
            raise
        if code:
            left = [] if request.keep else _undo(engine, prepared, before)
            message = f"{' '.join(map(os.path.basename, prepared.program.words))} up failed"
            raise EcsCliError(
                f"{message} with exit code {code}; its own messages are above",
                reasons=[f"removed: {name}" for name in left],
            )
    yield Event("Started", "done", {"containers": len(prepared.stack.members)})


def _compose_up(engine: Engine, prepared: Prepared) -> Generator[Event, None, int]:
    request, stack, place = prepared.request, prepared.stack, prepared.place
    known = place.read()
    place.end()
    way = _open(engine, prepared, known.get("ports") or {})
    around = _around(prepared, way)
    document = overlay(stack, prepared.seats, around, prepared.files)
    more = external_secrets(stack) if prepared.program.is_plugin else ""
    write_private(place.overlay, yamlio.dump(document) + more)
    ports = _ports(way)
    keys = {name: [seat.key, seat.token] for name, seat in prepared.seats.items()}
    place.write({"ports": ports, "keys": keys, "network": request.network})
    process = (
        serving.start(_assignment(prepared, way, around), request.environment) if way else None
    )
    names = ", ".join(os.path.basename(file) for file in stack.files)
    yield Event(f"Using {names} files to start containers")
    environment = _child_environment(prepared)
    files = [word for file in _files(prepared) for word in ("-f", file)]
    builds = [] if stack.kind == PROJECT else ["--build"]  # as ecs-cli did
    words = [*files, "up", *builds, "-d", *request.arguments, *request.services]
    try:
        code = compose_program.run(prepared.program, words, environment, stack.directory)
        if process is not None and process.poll() is not None:
            hint = f"its last words are in {place.log}"
            yield warning(Finding("containers get no credentials and no metadata", hint=hint))
        return code
    finally:
        if process is not None and process.stdin is not None:
            process.stdin.close()
        for one in (way.listening, way.relaying) if way else ():
            if one is not None:
                one.close()


def _open(engine: Engine, prepared: Prepared, ports: Mapping[str, int]) -> Way | None:
    request = prepared.request
    return open_way(
        engine,
        WayRequest(
            prepared.place.owner,
            request.network,
            request.endpoint,
            bool(request.settings.sandbox_url) and not request.offline,
            forwarder_image(request.environment),
            ports,
        ),
    )


def _ports(way: Way | None) -> Mapping[str, int]:
    if way is None:
        return {}
    found = {"endpoint": port_of(way.listening)}
    return found | ({"relay": port_of(way.relaying)} if way.relaying else {})


def _around(prepared: Prepared, way: Way | None) -> Surroundings:
    request, owner = prepared.request, prepared.place.owner
    region, account = request.settings.region.value or "", prepared.account or NO_ACCOUNT
    task = f"arn:aws:ecs:{region or 'us-east-1'}:{account}:task/local/{owner * 2}"
    return Surroundings(
        owner,
        request.network,
        way.address if way else "",
        way.relative if way else False,
        region,
        account,
        task,
        f"http://{way.relay_address}" if way and way.relay_address else "",
        request.limits,
        os.cpu_count() or 1,
    )


def _assignment(prepared: Prepared, way: Way, around: Surroundings) -> serving.Assignment:
    url = prepared.request.settings.sandbox_url or ""
    host, _, port = url.rpartition("//")[2].rpartition(":")
    return serving.Assignment(
        prepared.place,
        replace(prepared.stack, members=tuple(map(_bare, prepared.stack.members))),
        around,
        prepared.seats,
        prepared.request.settings,
        way.listening.fileno(),
        way.relaying.fileno() if way.relaying else None,
        (host, int(port)) if way.relaying else None,
        way.from_anywhere,
        prepared.lent,
    )


def _bare(one: Member) -> Member:
    """A container without what its endpoint needs not know."""
    return replace(one, secrets=(), env_files=())


def _undo(engine: Engine, prepared: Prepared, before: set[str]) -> list[str]:
    """Remove what has been started since; the names of containers."""
    new = [one for one in engine.owned(prepared.place.owner) if one.id not in before]
    for one in new:
        engine.remove(one.id)
    if not before:
        prepared.place.forget()
        engine.tear_down(prepared.request.network)
    return [name.removeprefix("/") for one in new for name in one.names]


def _files(prepared: Prepared) -> list[str]:
    return [*prepared.stack.files, str(prepared.place.overlay)]


def _child_environment(prepared: Prepared) -> dict[str, str]:
    """The user's own environment, and the values of all variables of the files."""
    variables = child_variables(prepared.stack, prepared.seats, prepared.values, prepared.files)
    environment = prepared.request.environment
    return {**environment, "COMPOSE_IGNORE_ORPHANS": "true", **variables}
