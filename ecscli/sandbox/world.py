"""The facade of the sandbox: one world with its time, its regions, its faults; requests in, replies
out.

Everything happens under one lock. Before a request is answered, everything that was due has
happened; between requests a ticking thread (server.py) lets time go on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from ecscli.sandbox import wellformed
from ecscli.sandbox.ecs import api
from ecscli.sandbox.ecs.tasks.containers import PretendedContainers, Runtime
from ecscli.sandbox.errors import ApiError, internal_failure
from ecscli.sandbox.faults import Fault, Faults
from ecscli.sandbox.moto import refreshes, scaling, tagging
from ecscli.sandbox.moto.app import MotoApp
from ecscli.sandbox.moto.local_clients import LocalClients
from ecscli.sandbox.partitions import regions as known_regions
from ecscli.sandbox.regions import Regions
from ecscli.sandbox.registry.api import Registry
from ecscli.sandbox.shapes import Environ
from ecscli.sandbox.stacks import api as cloudformation
from ecscli.sandbox.stacks.state import Stacks
from ecscli.sandbox.timeline import FAST, Timeline
from ecscli.sandbox.wire import Call, Reply, refusal, reply

LOG = logging.getLogger(__name__)

#: Services whose calls may start or end EC2 instances.
MACHINE_SERVICES = ("ec2", "autoscaling")


class World:
    """All that exists in one sandbox."""

    def __init__(self, pace: float = FAST, clock: Callable[[], float] = time.time) -> None:
        self.pace = pace
        self.ahead = 0.0  # seconds that somebody has moved the time on
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.timeline = Timeline(lambda: clock() + self.ahead, pace)
        self.faults = Faults()
        self.moto = MotoApp()
        pretended = PretendedContainers(self.timeline)
        self.registry: Registry | None = None
        self.regions = Regions(self.timeline, pretended, self.faults, self.moto)
        self.moto.live_by(self.timeline, lambda file_system: self.runtime.discard(file_system))
        self.stacks: dict[tuple[str, str], Stacks] = {}
        self.clients = LocalClients(self.inside)
        self.own: dict[str, Callable[[Regions, Call, Environ], Reply | None]] = {
            "ecs": answer_ecs,
            "cloudformation": self._answer_cloudformation,
            "autoscaling": refreshes.answer,
            "application-autoscaling": scaling.answer,
            "tagging": tagging.answer,
        }

    @property
    def runtime(self) -> Runtime:
        return self.regions.runtime

    def use(self, runtime: Runtime) -> None:
        """Run containers on another runtime from now on; before the first request only."""
        self.regions.runtime = runtime

    def cloudformation(self, account: str, region: str, access_key: str) -> Stacks:
        """The stacks of a region."""
        if (account, region) not in self.stacks:

            def client(service: str) -> Any:
                return self.clients.get(service, region, access_key)

            self.stacks[account, region] = Stacks(account, region, self.timeline, client)
        return self.stacks[account, region]

    def handle(self, call: Call | None, environ: Environ) -> Reply:
        """Answer one request: by a module of ours, or by moto."""
        with self.lock:
            fault = self.faults.take(call)
        if fault and fault.seconds:
            time.sleep(fault.seconds)
        with self.lock:
            self.timeline.advance()
            try:
                return self._answer(call, environ, fault)
            finally:
                self.changed.notify_all()

    def inside(self, call: Call | None, environ: Environ) -> Reply:
        """The same for whoever holds the lock already: nothing is waited for."""
        return self._answer(call, environ, self.faults.take(call))

    def _answer(self, call: Call | None, environ: Environ, fault: Fault | None) -> Reply:
        try:
            if call is not None and call.region not in known_regions():
                raise ApiError("UnknownRegion", f"AWS has no region named {call.region}.")
            if call is not None:
                wellformed.check(call)
            if fault and fault.code:
                raise ApiError(fault.code, fault.message, fault.status)
            own = self.own.get(call.service) if call else None
            made = own(self.regions, call, environ) if own and call else None
            return made or self._from_moto(call, environ)
        except ApiError as error:
            return refusal(call, error)
        except NotImplementedError:
            missing = f"not served: {name_of(call, environ)}"
            return refusal(call, ApiError("NotServed", missing, 501))
        except Exception:
            LOG.exception("%s failed", name_of(call, environ))
            return refusal(call, internal_failure())

    def _from_moto(self, call: Call | None, environ: Environ) -> Reply:
        answered = self.moto.answer(environ)
        if answered.status == 404 and answered.is_page:
            named = f"There is no operation {environ['REQUEST_METHOD']} {environ['PATH_INFO']}."
            raise ApiError("UnknownOperationException", named, 404)
        if call is None or (
            call.service in MACHINE_SERVICES and not call.operation.startswith("Describe")
        ):
            self.regions.look()
        return answered

    def _answer_cloudformation(self, regions: Regions, call: Call, environ: Environ) -> Reply:
        stacks = self.cloudformation(
            self.moto.account_of(call.access_key), call.region, call.access_key
        )
        return reply(call, cloudformation.answer(stacks, call.operation, call.parameters()))

    def tick(self) -> float | None:
        """Let everything due happen; gives the seconds until the next event."""
        with self.lock:
            self.timeline.advance()
            due = self.timeline.due()
            return None if due is None else max(due - self.timeline.clock(), 0.0)

    def advance(self, seconds: float) -> None:
        """Move the time on: everything that would happen until then has happened."""
        self.ahead += seconds
        self.timeline.advance()

    def reset(self) -> None:
        """Forget everything."""
        with self.lock:
            self.runtime.clear()
            self.timeline.clear()
            self.timeline.pace = self.pace
            self.faults.clear()
            self.regions.clear()
            self.stacks.clear()
            self.moto.reset()
            if self.registry:
                self.registry.clear()
            self.changed.notify_all()


def name_of(call: Call | None, environ: Environ) -> str:
    """A request as the log and refusals name it."""
    if call is None:
        return str(environ.get("PATH_INFO"))
    return f"{call.service} {call.operation or environ.get('PATH_INFO')}"


def answer_ecs(regions: Regions, call: Call, environ: Environ) -> Reply:
    result = api.answer(regions.of(call), call.operation, call.parameters())
    if call.operation in ("CreateCluster", "CreateCapacityProvider"):
        regions.look()
    return reply(call, result)
