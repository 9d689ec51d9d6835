"""The one door to AWS: a session by the settings, clients on demand, paging, batches, parallel
reads, waiting.

Calls go in with boto3's names and come out as plain dicts; errors are translated here and nowhere
else.
"""

from __future__ import annotations

import shlex
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, overload

from ecscli.aws.answers import ForeignAnswer, bounded, checked
from ecscli.aws.attempts import Say, takes_long, with_token
from ecscli.aws.errors import MISSING, no_login, transient, translate
from ecscli.aws.regions import partition_of
from ecscli.aws.session import Hide, client_config, open_session
from ecscli.aws.tracing import trace_calls
from ecscli.aws.trust import Trust
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, InputError
from ecscli.base.records import field, record, replace
from ecscli.config.settings import Login, Settings, Value

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from botocore.client import BaseClient
    from botocore.session import Session

T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")
W = TypeVar("W")
# calls side by side: below the pool of 10 connections, and far below the bursts that ECS allows
WIDTH = 8
ADDRESS = "write http://HOST:PORT or https://HOST in --endpoint, AWS_ENDPOINT_URL or ~/.aws/config"


class Schedule(NamedTuple):
    """Seconds between polls: `first`, growing by `growth` up to `longest`; after a minute
    `later`."""

    first: float
    growth: float
    longest: float
    later: float


SERVICES = Schedule(0.25, 1.5, 1.0, 2.0)
TASKS = SERVICES
STACKS = Schedule(0.5, 1.3, 2.0, 3.0)
SANDBOX_KEYS = "AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox"


@record
class Keys:
    """What signs; `expires` is seconds since the epoch, None where that is not known."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    expires: float | None = None


def _silent(line: str) -> None:
    """Nobody listens."""


def _unhidden(secrets: Iterable[str | None]) -> None:
    """Nobody prints."""


class Aws:
    """AWS as one account and region see it. Clients are made on demand and kept; safe to use from
    threads.

    `say` is called with a line where a call has no answer at first; `hide` with the secrets that
    sign, as soon as they are known, since nothing may print them; `trace`, where one is set, with
    a line for each call that has ended. All are called from any thread.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        *,
        say: Say = _silent,
        hide: Hide = _unhidden,
    ) -> None:
        self.settings, self.clock, self.sleep = settings, clock, sleep
        self.say, self.hide = say, hide
        self.trace: Say | None = None
        self._session: Session | None = None
        self._clients: dict[tuple[str, bool], BaseClient] = {}
        self._elsewhere: dict[str | None, Aws] = {}
        self._trust = Trust()
        self._lock = threading.RLock()
        self._account: str | None = None

    @property
    def region(self) -> str:
        """The region of every call; InputError where none is set."""
        return self.settings.need_region()

    @property
    def partition(self) -> str:
        """The partition of the region: aws, aws-cn, aws-us-gov..."""
        return partition_of(self._opened_session(), self.region)

    def command(self, words: str) -> str:
        """A command of the AWS CLI that reaches the same place as the calls do, for hints. The
        sandbox takes any credentials, but some there must be; stored keys are not printed."""
        url, login = self.settings.sandbox_url, self.settings.login
        program = f"{SANDBOX_KEYS} aws --endpoint-url {url}" if url else "aws"
        profile = f" --profile {shlex.quote(login.profile)}" if login.profile else ""
        return f"{program}{profile} --region {self.region} {words}"

    def elsewhere(self, region: str | None) -> Aws:
        """The same account in another region; itself where the region is the same or None."""
        if region in (None, "", self.region):
            return self
        with self._lock:
            if region not in self._elsewhere:
                settings = replace(self.settings, region=Value(region, "the resource's own region"))
                self._elsewhere[region] = self.with_settings(settings)
            return self._elsewhere[region]

    def with_fips(self) -> Aws:
        """The same account through FIPS endpoints; itself in the sandbox, which has one address for
        everything."""
        if self.settings.sandbox_url:
            return self
        return self.with_settings(replace(self.settings, fips=True))

    def with_settings(self, settings: Settings) -> Aws:
        """AWS under other settings, with what this one says and hides."""
        other = Aws(settings, self.clock, self.sleep, say=self.say, hide=self.hide)
        other.trace = self.trace
        return other

    def reopen(self) -> None:
        """Read the credentials anew for the next call: those in force may have run out, and others
        may stand in the files by now."""
        with self._lock:
            self._session, self._account = None, None
            self._clients.clear()

    def client(self, service: str, long: bool = False) -> BaseClient:
        """botocore's client, or the one for calls that may take long; prefer call() and pages(),
        which translate."""
        with self._lock:
            if (service, long) not in self._clients:
                self._clients[service, long] = self._open(service, long)
            return self._clients[service, long]

    def _client_with(self, service: str, operation: str) -> BaseClient:
        """The client that has an operation; one with the whole model where its part has not."""
        long = takes_long(operation)
        client = self.client(service, long)
        if operation in client.meta.method_to_api_mapping:
            return client
        with self._lock:
            self._opened_session().get_component("data_loader").load_whole(service)
            self._clients.pop((service, long), None)
            return self.client(service, long)

    def call(self, service: str, operation: str, /, **parameters: object) -> Draft:
        """One call: ``call("ecs", "describe_clusters", clusters=["demo"])`` -> the answer as a
        dict.

        Raises AccessError where credentials are the problem, AwsError for anything else that AWS
        refuses.
        """
        with self._border(service, operation):
            parameters = with_token(service, operation, parameters)
            parsed = getattr(self._client_with(service, operation), operation)(**parameters)
            return checked(service, operation, parsed, self._refuser(service, operation))
        raise AssertionError("the border raises what it does not let through")

    def pages(
        self, service: str, operation: str, key: str, /, **parameters: object
    ) -> Iterator[Any]:
        """The items below `key` of every page of the answer."""
        refuse = self._refuser(service, operation)
        with self._border(service, operation):
            client = self._client_with(service, operation)
            pages: Iterable[Document]
            if client.can_paginate(operation):
                pages = client.get_paginator(operation).paginate(**parameters)
            else:
                pages = iter([getattr(client, operation)(**parameters)])
            for page in bounded(operation, pages):
                yield from checked(service, operation, page, refuse).get(key) or ()

    @overload
    def together(self, one: Callable[[], T], two: Callable[[], U], /) -> tuple[T, U]: ...
    @overload
    def together(
        self, one: Callable[[], T], two: Callable[[], U], three: Callable[[], V], /
    ) -> tuple[T, U, V]: ...
    @overload
    def together(
        self,
        one: Callable[[], T],
        two: Callable[[], U],
        three: Callable[[], V],
        four: Callable[[], W],
        /,
    ) -> tuple[T, U, V, W]: ...
    @overload
    def together(
        self, first: Callable[[], T], /, *others: Callable[[], U]
    ) -> tuple[T, *tuple[U, ...]]: ...
    @overload
    def together(self, *thunks: Callable[[], T]) -> tuple[T, ...]: ...
    def together(self, *thunks: Callable[[], object]) -> tuple[object, ...]:
        """The results of independent reads that go out side by side; the first error in order is
        raised."""
        if len(thunks) < 2:
            return tuple(thunk() for thunk in thunks)
        with workers(min(WIDTH, len(thunks))) as pool:
            return tuple(future.result() for future in [pool.submit(thunk) for thunk in thunks])

    def account(self) -> str:
        """The account's twelve digits, asked once."""
        if self._account is None:
            self._account = str(self.call("sts", "get_caller_identity")["Account"])
        return self._account

    def login_method(self) -> str:
        """How botocore finds the credentials (env, sso, assume-role...), without using them."""
        with self._border("sts", "get_credentials"), self._lock:
            credentials = self._opened_session().get_credentials()
        if credentials is None:
            raise no_login("no AWS credentials were found", MISSING)
        return str(credentials.method)

    def credentials(self) -> Keys:
        """The keys that sign, with the token of temporary ones."""
        login = self.settings.login
        if login.kind in ("sandbox", "static"):
            return Keys(login.access_key or "", login.secret_key or "", login.session_token)
        with self._border("sts", "get_credentials"), self._lock:
            found = self._opened_session().get_credentials()
            if found is None:
                raise no_login("no AWS credentials were found", MISSING)
            keys: Any = found.get_frozen_credentials()
        self.hide((keys.secret_key, keys.token))
        expiry = getattr(found, "_expiry_time", None)
        expires = expiry.timestamp() if expiry else None
        return Keys(keys.access_key, keys.secret_key, keys.token, expires)

    def poll(
        self,
        fetch: Callable[[], T],
        done: Callable[[T], bool],
        schedule: Schedule,
        limit: float | None = None,
    ) -> Iterator[T]:
        """Each state that `fetch` returns, up to and with the first that is `done`; no further
        after `limit` seconds.

        A fetch that fails for a passing reason (throttling, a lost connection, an error of AWS
        itself) doubles the pause and never ends the wait before the limit; None is no limit. Any
        other error is raised at once.
        """
        start, pause = self.clock(), schedule.first
        while True:
            failure: AwsError | None = None
            try:
                state = fetch()
            except AwsError as error:
                failure = _passing(error)
            else:
                yield state
                if done(state):
                    return
            passed = self.clock() - start
            if limit is not None and passed >= limit:
                if failure:
                    raise failure
                return
            self.sleep(_interval(schedule, pause, passed, failure is not None, limit))
            pause = min(pause * schedule.growth, schedule.longest)

    @contextmanager
    def _border(self, service: str, operation: str) -> Iterator[None]:
        """Where botocore's errors become ours."""
        try:
            yield
        except Exception as error:
            ours = translate(error, f"{service} {operation}", self.settings, self._address(service))
            if ours is error:
                raise
            raise ours from error

    def _refuser(self, service: str, operation: str) -> Callable[[ForeignAnswer], Exception]:
        """What makes our error of a member that an answer lacks."""
        return lambda lack: translate(
            lack, f"{service} {operation}", self.settings, self._address(service)
        )

    def _address(self, service: str) -> str:
        """Where the calls of a service go; empty before the first."""
        client = self._clients.get((service, False)) or self._clients.get((service, True))
        return str(client.meta.endpoint_url) if client else ""

    def _open(self, service: str, long: bool) -> BaseClient:
        settings = self.settings
        region = settings.need_region()
        ecs_endpoint = settings.endpoint if service == "ecs" else None
        try:
            client = self._opened_session().create_client(
                service,
                region_name=region,
                endpoint_url=settings.sandbox_url or ecs_endpoint,
                config=client_config(settings, long),
                **_keys(settings.login),
            )
            self._trust.share_with(client)
            if is_numeric(str(client.meta.endpoint_url)):
                client.meta.config.inject_host_prefix = False
            return client
        except ValueError as error:
            if type(error) is not ValueError:  # one of botocore's own, with a message of its own
                raise
            # the text of a plain one would show a password that the address holds
            raise InputError(f"the address of {service} is not a URL", hint=ADDRESS) from None

    def _opened_session(self) -> Session:
        with self._lock:
            if self._session is None:
                self._session = open_session(self.settings, self.say, self.hide)
                if self.trace is not None:
                    trace_calls(self._session, self.trace, self.clock)
            return self._session


def is_numeric(url: str) -> bool:
    """Whether the host of an address is an IP address, before which no `data-` can be written, as
    botocore does for some operations."""
    from ipaddress import ip_address
    from urllib.parse import urlsplit

    try:
        ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return False
    return True


def _keys(login: Login) -> Draft:
    """The keys that sign, where botocore is not to look for them itself."""
    if login.kind not in ("sandbox", "static"):
        return {}
    return {
        "aws_access_key_id": login.access_key,
        "aws_secret_access_key": login.secret_key,
        "aws_session_token": login.session_token,
    }


@contextmanager
def workers(count: int) -> Iterator[ThreadPoolExecutor]:
    """Threads for calls side by side. Ctrl-C leaves at once: an answer that does not come must not
    hold it up."""
    from concurrent.futures import ThreadPoolExecutor

    pool, wait = ThreadPoolExecutor(count), True
    try:
        yield pool
    except KeyboardInterrupt:
        wait = False
        raise
    finally:
        pool.shutdown(wait=wait, cancel_futures=True)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of `size`, the last one shorter."""
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _passing(error: AwsError) -> AwsError:
    """An error that further polls may outlast; any other one is raised."""
    if not transient(error):
        raise error
    return error


def _interval(
    schedule: Schedule, pause: float, passed: float, failed: bool, limit: float | None
) -> float:
    """Seconds until the next poll; never beyond the limit."""
    interval = schedule.later if passed > 60 else pause
    interval = interval * 2 if failed else interval
    return interval if limit is None else min(interval, limit - passed)
