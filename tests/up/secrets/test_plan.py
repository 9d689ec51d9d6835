"""What is written of secrets: what is missing always, what differs only on demand, and nothing that
belongs to others."""

from datetime import UTC, datetime

import pytest

from ecscli.base.errors import InputError
from ecscli.compose.params.secret_settings import SecretSettings
from ecscli.compose.secrets.shipped import ShippedSecret
from ecscli.compose.secrets.values import Hidden
from ecscli.up.diff import document, lines
from ecscli.up.model import Plan
from ecscli.up.secrets.live import ABSENT, LiveSecret
from ecscli.up.secrets.plan import Owner, SecretPlan, plan_deletion, plan_secrets

VALUE = "the value itself"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def secret(size: int = 16, **settings: object) -> ShippedSecret:
    store = SecretSettings(**settings)  # type: ignore[arg-type]
    name = "/shop/db" if store.store == "ssm" else "shop/db"
    return ShippedSecret("db", name, store, "./db.txt", Hidden((VALUE * size)[:size]))


def planned(live: LiveSecret, push: bool = False, one: ShippedSecret | None = None) -> SecretPlan:
    owner = Owner("shop", ({"key": "team", "value": "web"},))
    return plan_secrets(owner, [one or secret()], {"db": live}, push)


def text(plan: SecretPlan) -> list[str]:
    return list(lines(Plan(plan.writes)))


def test_a_missing_one_is_created_with_the_tag_of_its_project() -> None:
    plan = planned(ABSENT, one=secret(kms_key="alias/shop"))
    assert text(plan) == ["+ secret shop/db (from ./db.txt, 16 bytes)"]
    assert plan.writes[0].request == {
        "Name": "shop/db",
        "KmsKeyId": "alias/shop",
        "Tags": [{"Key": "team", "Value": "web"}, {"Key": "ecscli:project", "Value": "shop"}],
    }
    assert VALUE not in str(document(Plan(plan.writes), values=True))
    assert not plan.updates


def test_the_same_value_needs_nothing() -> None:
    assert planned(LiveSecret(same=True)) == SecretPlan()


def test_one_that_differs_is_left_unless_it_is_pushed() -> None:
    plan = planned(LiveSecret(same=False))
    assert [notice.message for notice in plan.notices] == ["secret shop/db differs, not pushed"]
    assert not plan.writes
    pushed = planned(LiveSecret(same=False), push=True)
    assert text(pushed) == ["~ secret shop/db (differs: from ./db.txt, 16 bytes)"]
    assert pushed.updates


def test_one_that_may_not_be_read_is_left_unless_it_is_pushed() -> None:
    plan = planned(LiveSecret())
    assert "may not be read" in plan.notices[0].message
    assert planned(LiveSecret(), push=True).writes


def test_one_that_is_scheduled_for_deletion_is_restored() -> None:
    plan = planned(LiveSecret(is_leaving=True))
    assert text(plan) == ["+ secret shop/db (restored, from ./db.txt, 16 bytes)"]


@pytest.mark.parametrize(
    ("live", "message"),
    [
        (LiveSecret(same=False, rotates=True), "rotates, and is not written"),
        (LiveSecret(same=False, project="other"), "belongs to project other"),
    ],
)
def test_what_others_look_after_is_not_overwritten(live: LiveSecret, message: str) -> None:
    with pytest.raises(InputError, match=message):
        planned(live, push=True)
    assert planned(live).notices


def test_ssm_takes_large_values_as_advanced_parameters_and_no_tags_with_an_update() -> None:
    small, large = secret(store="ssm"), secret(4097, store="ssm")
    assert planned(ABSENT, one=small).writes[0].request["Tier"] == "Standard"
    assert planned(ABSENT, one=large).writes[0].request["Tier"] == "Advanced"
    update = planned(LiveSecret(same=False), push=True, one=small).writes[0].request
    assert update == {"Name": "/shop/db", "Type": "SecureString", "Overwrite": True}


def test_a_push_remembers_when_the_values_were_written() -> None:
    assert planned(LiveSecret(same=True, changed=NOW), push=True).since == NOW
    assert planned(LiveSecret(same=True, changed=NOW)).since is None


def test_only_what_the_project_made_is_deleted() -> None:
    live = {"db": LiveSecret(project="shop")}
    plan = plan_deletion("shop", [secret()], live)
    assert list(lines(plan)) == ["- secret shop/db (can be restored for 7 days)"]
    assert plan.notices == ()
    others = plan_deletion("shop", [secret()], {"db": LiveSecret()})
    assert not others
    assert "was not made for project shop" in others.notices[0].message
    at_once = plan_deletion("shop", [secret(recovery_days=0)], live)
    assert at_once.actions[0].request == {
        "SecretId": "shop/db",
        "ForceDeleteWithoutRecovery": True,
    }
    assert not plan_deletion("shop", [secret()], {"db": ABSENT})
