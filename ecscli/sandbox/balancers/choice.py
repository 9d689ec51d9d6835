"""Which target gets a request or connection, and how many each has under way."""

from __future__ import annotations

import base64
import hmac
import random
import secrets
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from ecscli.sandbox.balancers.document import ALL, Group, Target
from ecscli.sandbox.shapes import Json

COOKIE = "AWSALB"
#: Targets in these states get nothing new.
LEAVING = ("draining", "unused")
DAY = 86400

#: A target of a group, as counts and reports name it.
Place = tuple[str, str]


class Choice:
    """The turns of groups, and what their targets have under way."""

    def __init__(self) -> None:
        self.busy: Counter[Place] = Counter()
        self._turns: Counter[tuple[str, ...]] = Counter()
        self.draw = random.Random()
        self._secret = secrets.token_bytes(32)

    def target(
        self, group: Group, cookies: Mapping[str, str], zones: Collection[str] | None = None
    ) -> Target | None:
        """The target of the cookie, or the next by the group's algorithm; nothing where none is
        registered. `zones`: those of a balancer whose requests stay in the zone where they come in,
        which is each in turn, and where no cookie leads back."""
        found = candidates(group)
        if zones is not None:
            found = self._in_one_zone(group, found, zones)
        if not found:
            return None
        is_kept = sticks(group) and zones is None
        kept = self._remembered(group, cookies.get(COOKIE, "")) if is_kept else None
        for one in found:
            if one.key == kept:
                return one
        turn = self._turn(group.arn, found[0].zone if zones else "") % len(found)
        in_turn = found[turn:] + found[:turn]
        if group.attributes.get("load_balancing.algorithm.type") != "least_outstanding_requests":
            return in_turn[0]
        return min(in_turn, key=lambda one: self.busy[group.arn, one.key])

    def _in_one_zone(
        self, group: Group, found: list[Target], zones: Collection[str]
    ) -> list[Target]:
        """The targets in the zone whose turn it is; DNS leads to none that has no target."""
        served = sorted({one.zone for one in found} & {*zones, ALL})
        if not served:
            return []
        zone = served[self._turn("zones", group.arn) % len(served)]
        return [one for one in found if one.zone == zone]

    def _turn(self, *turns: str) -> int:
        self._turns[turns] += 1
        return self._turns[turns]

    @contextmanager
    def under_way(self, group: Group, target: Target) -> Iterator[None]:
        place = group.arn, target.key
        self.busy[place] += 1
        try:
            yield
        finally:
            self.busy[place] -= 1
            if not self.busy[place]:
                del self.busy[place]

    # ------------------------------------------------------------------------------- stickiness

    def cookie(self, group: Group, target: Target, now: float | None = None) -> list[str]:
        """The values of Set-Cookie that bring a client back; none where the group has none."""
        if not sticks(group):
            return []
        name = "stickiness.lb_cookie.duration_seconds"
        seconds = int(group.attributes.get(name, DAY))
        until = (time.time() if now is None else now) + seconds
        text = f"{int(until)}|{group.arn}|{target.key}".encode()
        token = base64.urlsafe_b64encode(self._sign(text) + text).decode()
        day = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(until))
        plain = f"{COOKIE}={token}; Expires={day}; Path=/"
        return [plain, f"{COOKIE}CORS={token}; Expires={day}; Path=/; SameSite=None; Secure"]

    def _remembered(self, group: Group, token: str) -> str | None:
        """The key of the target that a cookie of ours names, until it ends."""
        try:
            read = base64.urlsafe_b64decode(token.encode("latin-1"))
        except ValueError:
            return None
        sign, text = read[:32], read[32:]
        if not hmac.compare_digest(sign, self._sign(text)):
            return None
        until, arn, key = text.decode().split("|", 2)
        return key if arn == group.arn and float(until) > time.time() else None

    def _sign(self, text: bytes) -> bytes:
        return hmac.digest(self._secret, text, "sha256")


def candidates(group: Group) -> list[Target]:
    """The healthy targets; where there is none, all that are registered."""
    staying = [one for one in group.targets if one.state not in LEAVING]
    return [one for one in staying if one.state == "healthy"] or staying


def sticks(group: Group) -> bool:
    kind = group.attributes.get("stickiness.type", "lb_cookie")
    return group.attributes.get("stickiness.enabled") == "true" and kind == "lb_cookie"


def group_of(action: Json, draw: random.Random) -> str | None:
    """The target group that a forward action leads to, by weight; one with weight 0 gets
    nothing."""
    config = action.get("ForwardConfig") or {}
    groups = config.get("TargetGroups") or [{"TargetGroupArn": action.get("TargetGroupArn")}]
    weights = [int(one.get("Weight", 1)) for one in groups]
    if not any(weights):
        return None
    (found,) = draw.choices([one["TargetGroupArn"] for one in groups], weights)
    return str(found) if found else None
