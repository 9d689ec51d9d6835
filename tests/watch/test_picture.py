"""The picture: golden ones on disk, and what holds for each of any size.

`ECSCLI_RECORD=1 pytest tests/watch/test_picture.py` writes them anew.
"""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecscli.base.errors import AccessError, Finding
from ecscli.base.records import replace
from ecscli.terminal.cells import cell_len
from ecscli.terminal.folding import cut
from ecscli.up.diagnosis.unread import Unread
from ecscli.up.snapshot.model import ClusterState, Snapshot, Targets
from ecscli.watch.picture import picture
from ecscli.watch.text import ASCII, plain
from ecscli.watch.view import View
from tests.watch.scene import CLUSTER, HOSTILE, NOW, SNAPSHOT, deployment, service, task

PICTURES = Path(__file__).parent / "pictures"
KEYS = View(has_keys=True)
EMPTY = Snapshot(NOW, ClusterState("demo", "ACTIVE", "eu-central-1", "123456789012"))
STALE = replace(
    SNAPSHOT, problem=Finding("the token has expired; asked again in 4 s", hint="log in")
)
GONE = replace(SNAPSHOT, cluster=replace(CLUSTER, status=""), services=(), tasks=(), events=())
DENIED = replace(
    SNAPSHOT, instances=(), unread=(Unread("container instances", AccessError("no right")),)
)
SHIFTED = (
    deployment(
        "web", 2, rollout="IN_PROGRESS", stage="PRODUCTION_TRAFFIC_SHIFT", traffic=75.0, created=NOW
    ),
    deployment("web", 1, status="ACTIVE", traffic=25.0),
)
STRANGE = replace(
    SNAPSHOT,
    services=(service(HOSTILE, "deploying", deployment(HOSTILE, 1, rollout="IN_PROGRESS")),),
    tasks=(task(1, HOSTILE, reason="\x9b2J\r\n::error::x 漢字"),),
)
SHIFTING = replace(
    SNAPSHOT,
    services=(
        replace(
            service("web", "deploying", *SHIFTED),
            targets=Targets(3, 4),
            url="https://shop.example.com",
        ),
        service("api", "steady", deployment("api", 4)),
    ),
)
DETAIL = replace(KEYS, chosen="web", title="why web", detail=("the image is not there " * 6, "2"))
CASES = {
    "80x24": (SNAPSHOT, 80, 24, KEYS),
    "120x40": (SNAPSHOT, 120, 40, KEYS),
    "60x20": (SNAPSHOT, 60, 20, KEYS),
    "once": (SNAPSHOT, 160, None, View()),
    "shifting": (SHIFTING, 120, None, View()),
    "ascii": (SNAPSHOT, 100, 24, View(glyphs=ASCII)),
    "empty": (EMPTY, 80, 8, KEYS),
    "stale": (STALE, 80, 12, KEYS),
    "gone": (GONE, 80, 8, KEYS),
    "denied": (DENIED, 80, 16, KEYS),
    "hostile": (STRANGE, 120, None, View()),
    "detail": (SNAPSHOT, 60, 10, DETAIL),
    "filter": (SNAPSHOT, 80, 16, replace(KEYS, words="ap", is_typing=True)),
    "filtered-out": (replace(SNAPSHOT, instances=()), 80, 6, replace(KEYS, words="nobody")),
}


@pytest.mark.parametrize("name", CASES)
def test_golden_pictures(name: str) -> None:
    snapshot, width, height, view = CASES[name]
    lines = [plain(line).rstrip() for line in picture(snapshot, width, height, view)]
    found = "\n".join(lines) + "\n"
    file = PICTURES / f"{name}.txt"
    if os.environ.get("ECSCLI_RECORD"):
        file.write_text(found)
    assert found == file.read_text()
    assert all(line.isprintable() for line in lines)


@given(st.integers(1, 200), st.integers(1, 60), st.sampled_from(sorted(CASES)))
def test_a_picture_fits_every_terminal(width: int, height: int, name: str) -> None:
    snapshot, _, _, view = CASES[name]
    lines = picture(snapshot, width, height, view)
    assert len(lines) <= height
    assert all(cell_len(plain(line)) <= width for line in lines)


@given(st.text(), st.integers(0, 40))
def test_a_text_is_cut_to_its_cells(text: str, width: int) -> None:
    assert cell_len(cut(text, width, ASCII.cut)) <= width


def test_trouble_has_words_and_not_colour_alone() -> None:
    text = "\n".join(plain(line) for line in picture(SNAPSHOT, 160, None))
    for word in ("failed", "UNHEALTHY", "DISCONNECTED", "STOPPED"):
        assert word in text


def test_a_failed_poll_greys_the_header() -> None:
    assert picture(STALE, 80, 24)[0][0].style == "dim"
    assert picture(SNAPSHOT, 80, 24)[0][0].style == "bold"


def test_the_chosen_service_is_in_sight_of_a_long_list() -> None:
    many = [service(f"s{number:03}", "steady", deployment("s", 1)) for number in range(200)]
    snapshot = replace(SNAPSHOT, services=tuple(many))
    lines = picture(snapshot, 80, 24, replace(KEYS, chosen="s150"))
    assert [span.style for line in lines for span in line if "s150" in span.text] == ["chosen"]
