"""PURE: what the stack has of a load balancer, what it is to have, and which target groups nobody
answers for yet -> what it has meanwhile.

A balancer does not fail over from a group without healthy targets, and answers 503. So what sends
requests to a group that has none yet stays as it was while anything else takes these requests:
the live rule or default action has the new group with weight 0, which attaches it to the balancer,
as ECS demands before a service gets it. The same is done for a group that is left, until its
service has left it. On another balancer nothing has to wait, but the old one stays.

Source: "Weighted target groups" in the guide of Application Load Balancers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from ecscli.base.documents import Document, Draft
from ecscli.base.records import field, record
from ecscli.support.balancer.joined import CERTIFICATES
from ecscli.support.balancer.kinds import DIGITS, LISTENER, PREFIX
from ecscli.support.balancer.transition.numbers import Taken
from ecscli.support.balancer.transition.routes import Entrance, entrances
from ecscli.support.carry import mentioned, with_references
from ecscli.support.network import INGRESS
from ecscli.support.parts import Part

BEFORE = "Before"  # behind the name of an output: that of the group which is left
ELSEWHERE = re.compile(r"On[0-9a-f]{6}")  # the end of an output on a balancer that exists
OF_BALANCERS = "BalancerSecurityGroup"  # the end of logical ids
APPLICATION = ("HTTP", "HTTPS")  # protocols of listeners with weights
MOST = 5  # target groups of one action
Groups = Mapping[str, tuple[str, ...]]


@record
class Step:
    """`before`: what the stack has of the balancer before the services change, beside what it has
    already but for the `ended` resources, and `after` what it has then. `stays`: what else it keeps
    of the live template. `held`: the groups that get no requests yet, each with those that get them
    meanwhile; `at_once`: groups that get them without a healthy target, as a network load balancer
    knows no weights, each with those before; `taken`: groups that get requests from now on which
    others had that are left. `numbers`:
    those of all rules at listeners of others."""

    before: Part
    after: Part
    stays: Part = Part()
    ended: frozenset[str] = frozenset()
    held: Groups = field(default_factory=dict)
    at_once: Groups = field(default_factory=dict)
    taken: Groups = field(default_factory=dict)
    numbers: Taken = field(default_factory=dict)

    def without_ended(self, live: Part) -> Part:
        """The live template without what ends at once."""
        kept = {id_: one for id_, one in live.resources.items() if id_ not in self.ended}
        return Part(kept, live.outputs)

    def first(self, live: Part) -> Part:
        """The template while the services change, as far as it is of the balancer."""
        return self.without_ended(live) + self.stays + self.before


@record
class Users:
    """Groups of the live template that services are about to leave, and those of services that stay
    as they are, which ECS does not change any more where a group hangs on no balancer."""

    leaving: frozenset[str] = frozenset()
    staying: frozenset[str] = frozenset()


def step_between(live: Part, wanted: Part, pending: Collection[str], users: Users) -> Step:
    """What comes next; `pending`: groups of the wanted part that have no healthy targets yet."""
    work = _Work(live, wanted, pending, users)
    left = [id_ for id_ in sorted(users.leaving) if id_ not in wanted.resources]
    stays = [id_ for id_ in sorted(users.staying) if id_ not in wanted.resources]
    taken = work.taken(left)
    if work.held:
        rest, between = work.meanwhile()
        return Step(between, between, rest, work.ended(), work.groups_held(), work.at_once(), taken)
    before, after = _attached(work, dict.fromkeys([*left, *stays])), _attached(work, stays)
    return Step(before, after, Part(), work.ended(), {}, work.at_once(), taken)


def group_of(part: Part, output: str) -> str:
    """The logical id of the target group that an output of a template has; empty for none."""
    value = part.outputs.get(output, {}).get("Value") or {}
    return str(value.get("Ref", ""))


def serving_group(part: Part, output: str) -> str:
    """The logical id of the group of an output that gets requests; empty where none does."""
    for one in entrances(part).values():
        if one.serving.startswith(PREFIX) and one.serving[:-DIGITS] == output:
            return one.serving
    return ""


def served_groups(part: Part) -> frozenset[str]:
    """The groups of a template that get requests."""
    return frozenset(one.serving for one in entrances(part).values() if one.serving)


def fixed(part: Part, id_: str) -> Mapping[str, object]:
    """The properties of a target group of a template."""
    resource = part.resources.get(id_) or {}
    return resource.get("Properties") or {}


def stem(id_: str) -> str:
    """What the ids of all target groups of one Compose service begin with, on any balancer."""
    return ELSEWHERE.sub("", id_[:-DIGITS])


class _Work:
    """The entrances of both templates, and those of the wanted one that have to wait."""

    def __init__(self, live: Part, wanted: Part, pending: Collection[str], users: Users) -> None:
        self.live, self.wanted, self.pending, self.users = live, wanted, pending, users
        self.there, self.final = entrances(live), entrances(wanted)
        # each entrance that waits, with the live ones that take its requests meanwhile
        self.waiting: dict[str, list[Entrance]] = {}
        for one in self.final.values():
            rivals = self._rivals(one) if one.serving in pending else []
            if _can_wait(live, rivals):
                self.waiting[one.id] = rivals
        self.leaving = {
            group: others for group in pending if (others := [*self._on_left_balancers(group)])
        }

    @property
    def held(self) -> bool:
        return bool(self.waiting or self.leaving)

    def _rivals(self, one: Entrance) -> list[Entrance]:
        """The live entrances for the same requests that send them elsewhere: the same one, else
        those that it comes before, or that go away; by their numbers."""
        same = self.there.get(one.id)
        if same is not None:
            return [same] if same.serving not in ("", one.serving) else []
        found = [
            other
            for other in self.there.values()
            if other.meets(one) and other.serving not in ("", one.serving)
            if other.id not in self.final or _order(one) < _order(other)
        ]
        return sorted(found, key=_order)

    def _on_left_balancers(self, group: str) -> Iterator[Entrance]:
        """The live entrances of the same Compose service at listeners that go."""
        known = {one.listener for one in self.final.values()}
        for other in self.there.values():
            if other.listener in known or other.serving in ("", *self.wanted.resources):
                continue
            if stem(other.serving) == stem(group):
                yield other

    def groups_held(self) -> Groups:
        """Each group that waits, with those that serve meanwhile."""
        rows = [(self.final[id_].serving, rivals) for id_, rivals in self.waiting.items()]
        return _by_group((*rows, *self.leaving.items()))

    def at_once(self) -> Groups:
        """What changes without weights."""
        late = (one for one in self.final.values() if one.serving in self.pending)
        return _by_group(
            (one.serving, self._rivals(one)) for one in late if one.id not in self.waiting
        )

    def taken(self, left: Collection[str]) -> Groups:
        """The groups that take requests of those that are left."""
        held = self.groups_held()
        takers = [one for one in self.final.values() if one.serving and one.serving not in held]
        found = []
        for one in takers:
            others = [*self._rivals(one), *self._on_left_balancers(one.serving)]
            found.append((one.serving, [other for other in others if other.serving in left]))
        known = _by_group(found)
        named = {group for groups in known.values() for group in groups}
        late = {
            one.serving: (group,)
            for group in left
            for one in takers
            if group not in named and stem(one.serving) == stem(group)
        }
        return {**late, **known}

    def ended(self) -> frozenset[str]:
        """Live rules that go away, whose requests other groups can take from now on; those of
        services that stay only where a new rule takes them."""
        kept = {other.id for rivals in self.waiting.values() for other in rivals}
        kept |= {other.id for others in self.leaving.values() for other in others}
        gone = [one for id_, one in self.there.items() if id_ not in self.final and id_ not in kept]
        return frozenset(one.id for one in gone if one.number is not None and self._is_taken(one))

    def _is_taken(self, old: Entrance) -> bool:
        is_used = old.serving in self.users.staying
        return any(
            one.meets(old) and one.serving and one.serving not in self.pending
            for one in self.final.values()
            if one.id not in self.waiting
            if not is_used or (one.number is not None and one.id not in self.there)
        )

    def meanwhile(self) -> tuple[Part, Part]:
        """What stays of the live template, all that leads to groups that serve meanwhile; and the
        wanted part with the live entrances where the wanted ones wait."""
        resources = dict(self.wanted.resources)
        kept: dict[str, Document] = {}
        for id_, rivals in self.waiting.items():
            if id_ not in self.there:
                del resources[id_]
            for other in rivals:
                kept.setdefault(other.id, self._as_it_is(other.id))
            at = next(one.id for one in rivals if _has_room(one))
            kept[at] = _with_group(kept[at], self.final[id_].serving, 0)
        for others in self.leaving.values():
            kept |= {other.id: self.live.resources[other.id] for other in others}
        between = Part({**resources, **kept}, self.wanted.outputs)
        ids = with_references([*kept, *_ways_in(self.live, between)], self.live)
        rest = {id_: self.live.resources[id_] for id_ in sorted(ids - between.resources.keys())}
        return Part(rest, _outputs(self.live, Part(rest), between)), between

    def _as_it_is(self, id_: str) -> Document:
        """A live entrance; of a listener that stays what becomes of requests alone, as its protocol
        has to fit groups that it gets."""
        had, has = self.live.resources[id_], self.wanted.resources.get(id_)
        if has is None or has.get("Type") != LISTENER:
            return had
        name = "DefaultActions"
        return {**has, "Properties": {**has["Properties"], name: had["Properties"][name]}}


def _by_group(rows: Iterable[tuple[str, Iterable[Entrance]]]) -> dict[str, tuple[str, ...]]:
    """Groups, each with those that entrances send requests to; without those that have none."""
    found: dict[str, tuple[str, ...]] = {}
    for group, others in rows:
        serving = tuple(one.serving for one in others)
        if serving:
            found[group] = tuple(dict.fromkeys((*found.get(group, ()), *serving)))
    return found


def _order(one: Entrance) -> float:
    return float("inf") if one.number is None else one.number


def _has_room(one: Entrance) -> bool:
    return len(one.groups) < MOST


def _can_wait(live: Part, rivals: Collection[Entrance]) -> bool:
    """Whether a group can hang on one of the entrances meanwhile, with weight 0."""
    return any(_has_room(one) for one in rivals) and all(_is_weighted(live, one) for one in rivals)


def _is_weighted(part: Part, one: Entrance) -> bool:
    """Whether it is of an application load balancer."""
    resource = part.resources[one.id]
    if resource.get("Type") != LISTENER:
        return True
    return resource["Properties"].get("Protocol") in APPLICATION


def _ways_in(live: Part, between: Part) -> Iterator[str]:
    """What lets balancers in, and the certificates of listeners that stay."""
    for id_, resource in live.resources.items():
        names = [id_, *mentioned(resource, live)]
        is_of_balancer = any(name.endswith(OF_BALANCERS) for name in names)
        is_shared = ELSEWHERE.search(id_) is not None
        is_way = resource.get("Type") in (INGRESS, CERTIFICATES)
        if is_way and id_ not in between.resources and (is_of_balancer or is_shared):
            yield id_


def _outputs(live: Part, rest: Part, between: Part) -> dict[str, Document]:
    """The outputs of what stays, under another name where theirs is given away."""
    found: dict[str, Document] = {}
    for name, value in live.outputs.items():
        ids = set(mentioned(value, live))
        if not ids or not ids <= rest.resources.keys():
            continue
        if name in between.outputs:
            found[f"{name.removesuffix(BEFORE)}{BEFORE}"] = value
        else:
            found.setdefault(name, value)
    return found


def _attached(work: _Work, left: Iterable[str]) -> Part:
    """The wanted part, in which groups that are left hang on their balancer with weight 0 where
    nothing else attaches them any more."""
    resources, ended = dict(work.wanted.resources), work.ended()
    added: dict[str, Document] = {}
    for group in left:
        used = [one for one in work.there.values() if group in dict(one.groups)]
        if any(one.id not in ended and one.id not in resources for one in used):
            continue  # it goes with its rule or its balancer
        at = next(filter(None, (_taker(work, old) for old in used)), "")
        if at and _is_weighted(work.wanted, work.final[at]):
            resources[at] = _with_group(resources[at], group, 0)
            added[group] = work.live.resources[group]
    outputs = _outputs(work.live, Part(added), work.wanted)
    return Part({**resources, **added}, {**work.wanted.outputs, **outputs})


def _taker(work: _Work, old: Entrance) -> str:
    """The entrance of the wanted part that takes the requests of an old one."""
    for one in work.final.values():
        if one.serving and (one.id == old.id or one.meets(old)):
            return one.id
    return ""


def _with_group(resource: Document, group: str, weight: int) -> Document:
    """A listener or rule that sends requests to a further group with this weight."""
    name = "DefaultActions" if resource.get("Type") == LISTENER else "Actions"
    properties = resource["Properties"]
    actions = [_with_row(action, group, weight) for action in properties.get(name) or ()]
    return {**resource, "Properties": {**properties, name: actions}}


def _with_row(action: Document, group: str, weight: int) -> Document:
    if action.get("Type") != "forward":
        return action
    one, arn = action.get("TargetGroupArn"), {"Ref": group}
    rows = (action.get("ForwardConfig") or {}).get("TargetGroups") or ()
    if one:
        rows = [{"TargetGroupArn": one, "Weight": 1}]
    kept: list[Draft] = [dict(row) for row in rows if row["TargetGroupArn"] != arn]
    found = [*kept, {"TargetGroupArn": arn, "Weight": weight}]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": found}}
