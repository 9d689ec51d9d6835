"""How an extra is installed, by where ecscli itself came from."""

import json
import shlex
from importlib import metadata

import pytest

from ecscli.base.system.packages import how_to_install

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Installed:
    """A distribution as pip left it."""

    def __init__(self, origin: object) -> None:
        self.origin = origin

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return self.origin if self.origin is None else json.dumps(self.origin)


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        (None, ["ecscli[docker]"]),
        ({"url": "file:///src/my%20ecscli", "dir_info": {}}, ["/src/my ecscli[docker]"]),
        (
            {"url": "file:///src/ecscli", "dir_info": {"editable": True}},
            ["--editable", "/src/ecscli[docker]"],
        ),
        (
            {"url": "file:///tmp/ecscli-0.2.0-py3-none-any.whl", "archive_info": {}},
            ["ecscli[docker] @ file:///tmp/ecscli-0.2.0-py3-none-any.whl"],
        ),
        (
            {
                "url": "https://host/ecscli.git",
                "vcs_info": {"vcs": "git", "commit_id": COMMIT, "requested_revision": "v0.2.0"},
            },
            [f"ecscli[docker] @ git+https://host/ecscli.git@{COMMIT}"],
        ),
    ],
    ids=["index", "checkout", "editable", "wheel", "git"],
)
def test_an_extra_comes_from_where_ecscli_came_from(
    origin: object, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "distribution", lambda name: Installed(origin))
    assert shlex.split(how_to_install("docker"))[4:] == words


def test_ecscli_that_was_never_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", absent)
    assert "'ecscli[docker]'" in how_to_install("docker")
