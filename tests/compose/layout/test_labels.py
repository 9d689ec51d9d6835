"""Labels of `deploy` as tags of an ECS service: which are taken, and how many."""

from ecscli.base.findings import Findings
from ecscli.base.marks import Map
from ecscli.base.tags import ecs_tags
from ecscli.compose.layout.labels import label_tags
from ecscli.compose.project.model import Deploy, Service


def service(name: str, **labels: str) -> Service:
    return Service(name, Map(), deploy=Deploy(labels=tuple(labels.items())))


def kept(*services: Service, **given: str) -> tuple[dict[str, str], list[str]]:
    """The tags by key, and the warnings."""
    findings = Findings()
    tags = label_tags(services, ecs_tags(given.items()), findings)
    return {tag["key"]: tag["value"] for tag in tags}, [one.message for one in findings.warnings]


def test_no_more_labels_than_ecs_takes_beside_the_other_tags() -> None:
    many = {f"label-{at}": "x" for at in range(50)}
    tags, warnings = kept(service("web", **many), stage="test", **{"ecscli:project": "shop"})
    assert list(tags) == list(many)[:45]
    assert len(warnings) == 5
    assert "ECS takes 50 tags at most" in warnings[0]


def test_a_flag_wins_over_a_label_without_a_word() -> None:
    assert kept(service("web", team="web"), team="shop") == ({}, [])


def test_members_of_a_group_may_have_the_same_label() -> None:
    tags, warnings = kept(service("web", team="web"), service("side", team="web"))
    assert (tags, warnings) == ({"team": "web"}, [])
    tags, warnings = kept(service("web", team="web"), service("side", team="side"))
    assert tags == {"team": "web"}
    assert "another service of the group gives it another value" in warnings[0]


def test_letters_of_all_languages_are_letters() -> None:
    tags, warnings = kept(service("web", größe="mittel 1+1=2 a.b_c:d/e@f-g"))
    assert (len(tags), warnings) == (1, [])


def test_values_are_never_printed() -> None:
    tags, warnings = kept(service("web", rule="Host(`hidden`)", long="hidden" * 50))
    assert tags == {}
    assert len(warnings) == 2
    assert not any("hidden" in one for one in warnings)
