"""The tags of a command line: pairs, and a finding for each item that is not one."""

import pytest

from ecscli.base.errors import InputError
from ecscli.base.tags import aws_tags, ecs_tags, parse_tags, unique_tags


@pytest.mark.parametrize(
    ("text", "tags", "wrong"),
    [
        (None, (), 0),
        ("a=b,c=d", (("a", "b"), ("c", "d")), 0),
        ("a=b=c, d = e", (("a", "b=c"), (" d ", " e")), 0),
        ("a=", (("a", ""),), 0),
        ("a=b,", (("a", "b"),), 1),
        ("team", (), 1),
    ],
)
def test_tags_are_split_at_commas_and_at_the_first_equals_sign(
    text: str | None, tags: tuple[tuple[str, str], ...], wrong: int
) -> None:
    found, findings = parse_tags(text)
    assert found == tags
    assert len(findings) == wrong


def test_of_tags_with_one_name_the_last_wins_in_the_first_place() -> None:
    assert unique_tags("a=b,k=a=b,e=,a=c") == (("a", "c"), ("k", "a=b"), ("e", ""))
    assert unique_tags(None) == ()
    with pytest.raises(InputError) as caught:
        unique_tags("a=b,c,=d")
    assert len(caught.value.findings) == 2


def test_ecs_spells_the_members_of_a_tag_in_its_own_way() -> None:
    assert ecs_tags([("a", "b")]) == ({"key": "a", "value": "b"},)
    assert aws_tags([("a", "b")]) == [{"Key": "a", "Value": "b"}]
