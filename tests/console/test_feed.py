"""What a viewer gets: the whole state first, then patches that lead from state to state."""

import json
import threading
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ecscli.base.errors import AwsError, Finding
from ecscli.base.records import replace
from ecscli.console.feed import Feed
from ecscli.console.patches import merged, patch, state_of, without_nulls
from ecscli.console.server import events
from ecscli.up.snapshot.model import Snapshot
from ecscli.workflows.watch import Watching
from tests.watch.scene import SNAPSHOT, TASKS

STATES = st.recursive(
    st.one_of(st.integers(), st.text(), st.booleans(), st.lists(st.integers())),
    lambda inner: st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(st.text(max_size=2), STATES, max_size=4)


@settings(max_examples=40)
@given(DOCUMENTS, DOCUMENTS)
def test_patches_lead_from_state_to_state(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert merged(before, patch(before, after)) == after


def test_a_patch_has_only_what_has_changed() -> None:
    before = state_of(SNAPSHOT)
    later = replace(SNAPSHOT, tasks=(replace(TASKS[0], status="DEPROVISIONING"), *TASKS[2:]))
    change = patch(before, state_of(later))
    assert change == {"tasks": {TASKS[0].id: {"lastStatus": "DEPROVISIONING"}, TASKS[1].id: None}}
    assert before == without_nulls(before)


class Scripted(Watching):
    """A view whose looks are given: of AWS nothing is asked here."""

    def __init__(self, looks: list[Snapshot | Exception]) -> None:
        self.looks, self.count, self.pause = looks, 0, 0.01

    def look(self, *, whole: bool = False) -> Snapshot:
        found = self.looks[min(self.count, len(self.looks) - 1)]
        self.count += 1
        if isinstance(found, Exception):
            raise found
        return found


class Resting(Scripted):
    """One that rests after a problem, until somebody asks for another look."""

    retries = 0

    def look(self, *, whole: bool = False) -> Snapshot:
        found = super().look(whole=whole)
        self.pause = 600 if found.problem else 0.01
        return found

    def retry(self) -> None:
        self.retries += 1


def test_all_viewers_of_a_cluster_share_one_view() -> None:
    opened: list[str] = []
    later = replace(SNAPSHOT, tasks=TASKS[1:])
    watching = Scripted([AwsError("Rate exceeded"), SNAPSHOT, SNAPSHOT, *([later] * 3)])
    begun = threading.Event()

    def open_view(cluster: str) -> Watching:
        opened.append(cluster)
        begun.set()
        return watching

    feed = Feed(open_view)
    viewers = [feed.messages("demo") for _ in range(16)]
    found: list[dict[str, Any]] = [{} for _ in viewers]
    for at, viewer in enumerate(viewers):
        while found[at] != state_of(later):
            _, kind, content = next(viewer)
            if kind == "state":
                found[at] = content
            elif kind == "patch":
                found[at] = merged(found[at], content)
            else:
                assert (kind, content["message"]) == ("refusal", "Rate exceeded")
    assert opened == ["demo"]
    feed.close()


def test_viewers_are_told_when_polling_ends_and_may_look_anew() -> None:
    watching = Scripted([SNAPSHOT, KeyError("surprise"), SNAPSHOT])
    feed = Feed(lambda cluster: watching)
    *_, (_, kind, error) = feed.messages("demo")
    assert (kind, "surprise" in error["message"]) == ("refusal", True)
    assert next(feed.messages("demo"))[1:] == ("state", state_of(SNAPSHOT))
    feed.close()


def test_hostile_texts_stay_in_their_message() -> None:
    text = "</script>\n\ndata: x\r\nevent: state\x1b[31m\u2028"
    (_, event) = events(iter([(3, "state", {"name": text})]))
    assert event.count("\n") == 4
    assert json.loads(event.split("\n")[2].removeprefix("data: ")) == {"name": text}


def test_credentials_that_run_out_are_said_and_a_retry_goes_on_at_once() -> None:
    over = replace(SNAPSHOT, problem=Finding("the token has expired", hint="aws sso login"))
    watching = Resting([SNAPSHOT, over, SNAPSHOT])
    feed = Feed(lambda cluster: watching)
    viewer = feed.messages("demo")
    assert next(viewer)[1] == "state"
    _, kind, change = next(viewer)
    assert (kind, change["problem"]["hint"]) == ("patch", "aws sso login")
    feed.retry("demo")
    assert next(viewer)[1:] == ("patch", {"problem": None})
    assert watching.retries == 1
    feed.close()


def test_a_cluster_that_is_deleted_while_it_is_shown_is_told() -> None:
    gone = replace(SNAPSHOT, cluster=replace(SNAPSHOT.cluster, status=""), services=(), tasks=())
    feed = Feed(lambda cluster: Scripted([SNAPSHOT, gone]))
    viewer = feed.messages("demo")
    found = next(viewer)[2]
    while found["cluster"]["status"]:
        found = merged(found, next(viewer)[2])
    assert (found["services"], found["tasks"]) == ({}, {})
    feed.close()
