"""Service Connect: who would not see a new endpoint gets another deployment."""

from datetime import UTC, datetime
from typing import Any

from ecscli.base.records import replace
from ecscli.compose.layout.discovery.model import Discovery, GroupNames
from ecscli.up.model import UpdateService
from ecscli.up.project.plan import WantedGroup, plan_groups
from ecscli.up.project.reconnect import with_reconnection
from ecscli.up.service.live import LiveProject
from tests.up.project.test_plan import group

CONNECTED = "serviceConnectConfiguration"


def offering(name: str, **fields: Any) -> WantedGroup:
    """A live service that runs already and offers an endpoint as its files have it."""
    endpoint = {"enabled": True, "namespace": "shop.demo", "services": [{"portName": name}]}
    one = group(name, **fields)
    live: Any = one.live.service
    (first, *rest) = live["deployments"]
    deployed = {**live, "deployments": [{**first, CONNECTED: endpoint}, *rest]}
    wanted = replace(one.wanted, fields={**one.wanted.fields, CONNECTED: endpoint})
    return replace(one, wanted=wanted, live=replace(one.live, service=deployed))


def new(name: str) -> WantedGroup:
    """The same where there is no service yet."""
    return replace(offering(name), live=LiveProject())


def again(
    groups: list[WantedGroup], waves: list[list[str]], *calls: tuple[str, str]
) -> list[list[str]]:
    """Who gets a deployment in which wave."""
    names = {one.name: GroupNames("service-connect", endpoints=(one.name,)) for one in groups}
    pairs = {(one.name, other.name) for one in groups for other in groups if one is not other}
    discovery = Discovery(
        names,
        connect_namespace="shop.demo",
        calls=frozenset(calls),
        neighbours=frozenset(pairs),
    )
    planned = plan_groups({one.name: one for one in groups}, waves, [])
    found = with_reconnection(planned, discovery)
    return [[one.group.name for one in wave if one.plan] for wave in found]


def test_nothing_new_needs_nothing() -> None:
    assert again([offering("web"), offering("api")], [["api"], ["web"]], ("web", "api")) == [[], []]


def test_who_starts_later_sees_what_has_started_before() -> None:
    found = again([new("web"), new("api")], [["api"], ["web"]], ("web", "api"))
    assert found == [["api"], ["web"]]


def test_the_earlier_of_two_that_call_each_other_gets_a_second_deployment() -> None:
    calls = ("web", "api"), ("api", "web")
    assert again([new("web"), new("api")], [["api"], ["web"]], *calls) == [
        ["api"],
        ["web"],
        ["api"],
    ]


def test_callers_in_one_wave_get_a_second_deployment() -> None:
    assert again([new("web"), new("api")], [["web", "api"]], ("web", "api")) == [
        ["web", "api"],
        ["web"],
    ]


def test_live_services_of_a_network_are_to_see_a_new_endpoint() -> None:
    found = again([offering("web"), new("api")], [["api"], ["web"]])
    assert found == [["api"], ["web"]]
    found = again([offering("web"), new("api")], [["web"], ["api"]])
    assert found == [[], ["api"], ["web"]]


def test_the_second_deployment_that_an_interrupted_up_left_out_comes_later() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    web, api = offering("web"), offering("api")
    live: Any = web.live.service
    old = {**live, "deployments": [{**live["deployments"][0], "createdAt": early}]}
    made: Any = {**(api.live.service or {}), "createdAt": late}
    web = replace(web, live=replace(web.live, service=old))
    api = replace(api, live=replace(api.live, service=made))
    assert again([web, api], [["web", "api"]], ("web", "api")) == [["web"]]
    assert again([web, api], [["web", "api"]]) == [[]]


def test_a_second_deployment_is_forced_and_says_why() -> None:
    names = {
        "web": GroupNames("service-connect"),
        "api": GroupNames("service-connect", endpoints=("api",)),
    }
    discovery = Discovery(names, connect_namespace="shop.demo", calls=frozenset({("web", "api")}))
    groups = {one.name: one for one in (new("web"), new("api"))}
    *_, last = with_reconnection(plan_groups(groups, [["web", "api"]], []), discovery)
    (action,) = last[0].plan.actions
    assert isinstance(action, UpdateService)
    assert action.request["forceNewDeployment"] is True
    (notice,) = last[0].plan.notices
    assert notice.message == "web gets a new deployment, to find api by Service Connect"
