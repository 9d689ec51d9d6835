"""Settings -> botocore's session and client configuration: its own chain, or the sandbox and
nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecscli.aws.answers import check_raw
from ecscli.aws.attempts import CONNECT_TIMEOUT, LONG_READ_TIMEOUT, READ_TIMEOUT, Say, watcher
from ecscli.aws.prompt import mfa_code
from ecscli.base.documents import Draft
from ecscli.base.errors import AccessError
from ecscli.base.version import __version__
from ecscli.config.settings import Settings

if TYPE_CHECKING:
    from botocore.config import Config
    from botocore.session import Session

Hide = Callable[[Iterable[str | None]], None]

ATTEMPTS = 8
PROFILES = ("AWS_DEFAULT_PROFILE", "AWS_PROFILE")
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
SANDBOX_ATTEMPTS = 3  # nothing throttles there, and one that is gone should be reported soon


def open_session(settings: Settings, say: Say, hide: Hide) -> Session:
    """The session that the settings ask for; `say` is called with a line where a call has no answer
    at first, `hide` with the secrets that sign."""
    session = _sandbox_session() if settings.sandbox_url else _session(settings)
    _use_models(session)
    session.register("before-parse", check_raw)
    session.register("needs-retry", watcher(say))
    session.register("before-sign", signing_hider(hide))
    return session


def signing_hider(hide: Hide) -> Callable[..., None]:
    """A handler of before-sign, which hides the keys of each signer: those too that a program, a
    single sign-on or an instance role gave it, and those that it gets when they run out."""
    hidden: set[str] = set()

    def hide_keys(request_signer: Any, **_: object) -> None:
        credentials = request_signer._credentials
        if credentials is None:
            return
        keys = credentials.get_frozen_credentials()
        secrets = {keys.secret_key, keys.token} - {None} - hidden
        if secrets:
            hidden.update(secrets)
            hide(secrets)

    return hide_keys


def client_config(settings: Settings, long: bool = False) -> Config:
    """How clients of that session behave; `long` ones wait for calls that may take their time."""
    options = {
        "user_agent_extra": f"ecscli/{__version__}",
        "connect_timeout": CONNECT_TIMEOUT,
        "read_timeout": LONG_READ_TIMEOUT if long else READ_TIMEOUT,
    }
    return _sandbox_config(options) if settings.sandbox_url else _config(settings, options)


def _use_models(session: Session) -> None:
    """Read models through the cache of their parts that are called."""
    from ecscli.aws.models.loader import Models, store_of

    paths = session.get_component("data_loader").search_paths
    session.register_component("data_loader", Models(paths, store_of(os.environ)))


def _session(settings: Settings) -> Session:
    """botocore's own session and chain; only defaults change: adaptive retries and the AWS CLI's
    token cache."""
    from botocore.session import Session

    if settings.login.kind == "chain":
        _refuse_broken_keys(os.environ)
    # CI exports what is not set as an empty text, which botocore takes for the name of a profile
    named = [name for name in PROFILES if os.environ.get(name)]
    defaults: Draft = {
        "profile": (None, named or None, None, None),
        "retry_mode": ("retry_mode", "AWS_RETRY_MODE", "adaptive", None),
        "max_attempts": ("max_attempts", "AWS_MAX_ATTEMPTS", ATTEMPTS, int),
    }
    session = Session(session_vars=defaults, profile=settings.login.profile)
    # of the STS calls that assume roles
    session.set_config_variable("region", settings.region.value)
    if settings.login.kind in ("profile", "chain"):
        _keep_assumed_roles(session)
    return session


def _refuse_broken_keys(environment: Mapping[str, str]) -> None:
    """Raise AccessError for keys that no request can carry, as secrets of CI with a line's end."""
    for name in KEYS:
        if any(not character.isprintable() for character in environment.get(name, "")):
            message = f"{name} has a line break, or another character that no key has"
            raise AccessError(message, hint="copy the key again, without the end of its line")


def _keep_assumed_roles(session: Session) -> None:
    """Share the AWS CLI's cache of assumed roles, so that an MFA code is asked once and not at
    every command."""
    from botocore.exceptions import BotoCoreError
    from botocore.utils import JSONFileCache

    folder = Path("~/.aws/cli/cache").expanduser()
    try:
        chain = session.get_component("credential_provider")
    except BotoCoreError:
        return  # a profile that does not exist: the first call reports it
    provider = chain.get_provider("assume-role")
    provider.cache = JSONFileCache(str(folder))
    provider._prompter = mfa_code  # botocore takes one only where it makes the whole chain


def _config(settings: Settings, options: Draft) -> Config:
    from botocore.config import Config

    if settings.fips:
        options = {**options, "use_fips_endpoint": True}
    return Config(**options)


def _sandbox_session() -> Session:
    """A session that reads neither an AWS_ variable nor a file of ~/.aws: bare defaults, and
    botocore's own models."""
    from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES as VARIABLES
    from botocore.loaders import Loader
    from botocore.session import Session

    bare: Draft = {
        name: (None, None, default, convert) for name, (_, _, default, convert) in VARIABLES.items()
    }
    bare["config_file"] = bare["credentials_file"] = (None, None, os.devnull, None)
    session = Session(session_vars=bare)
    models = Loader(
        extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False
    )
    session.register_component("data_loader", models)
    return session


def _sandbox_config(options: Draft) -> Config:
    """Nothing between us and the sandbox: no proxy, no other host name, no other kind of
    endpoint."""
    from botocore.config import Config

    closed: Draft = {
        "proxies": {},
        "inject_host_prefix": False,
        "ignore_configured_endpoint_urls": True,
        "use_fips_endpoint": False,
        "use_dualstack_endpoint": False,
        "endpoint_discovery_enabled": False,
        "defaults_mode": "legacy",
        "s3": {"addressing_style": "path"},
        "retries": {"mode": "standard", "total_max_attempts": SANDBOX_ATTEMPTS},
    }
    return Config(**options, **closed)
