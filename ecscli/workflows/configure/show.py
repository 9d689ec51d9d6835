"""Each setting that is in force, and where it comes from; secrets stay hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ecscli.aws.client import Aws
from ecscli.base.errors import AccessError
from ecscli.config.settings import Settings, Value

NAMES = ("cluster", "region", "launch_type", "stack_name", "service_prefix", "project_prefix")
HIDDEN = "********"


def effective(settings: Settings, connect: Callable[[], Aws]) -> dict[str, Value]:
    """The settings by name. `connect` opens AWS, which is asked only how it finds credentials that
    are not stored."""
    found = {name: getattr(settings, name) for name in NAMES}
    found.update(_login(settings, connect))
    if settings.sandbox_url:
        found["endpoint"] = Value(settings.sandbox_url, "the sandbox")
    elif settings.endpoint:
        found["endpoint"] = Value(settings.endpoint, "--endpoint (ECS only)")
    return found


def _login(settings: Settings, connect: Callable[[], Aws]) -> Iterator[tuple[str, Value]]:
    login = settings.login
    if login.kind in ("sandbox", "static"):
        yield "access_key", Value(masked(login.access_key), login.source)
        yield "secret_key", Value(HIDDEN, login.source)
        if login.session_token:
            yield "session_token", Value(HIDDEN, login.source)
    else:
        yield "credentials", _method(settings, connect)


def _method(settings: Settings, connect: Callable[[], Aws]) -> Value:
    """How AWS's own chain finds the credentials."""
    login = settings.login
    try:
        method = connect().login_method()
    except AccessError as error:
        return Value(None, f"{login.source}: {error.message}")
    by = f"profile {login.profile} by {login.source}" if login.profile else login.source
    return Value(method, by)


def masked(key: str | None) -> str:
    """An access key's id as far as it may be shown."""
    return f"{key[:4]}********{key[-2:]}" if key and len(key) > 8 else HIDDEN
