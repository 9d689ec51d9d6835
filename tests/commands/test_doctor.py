"""What `ecscli doctor` says about an account, and how it ends."""

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import AccessError
from tests.conftest import Cli, Result


def states(done: Result) -> dict[str, str]:
    return {row["topic"]: row["state"] for row in done.json["findings"]}


def test_without_a_region_it_fails_and_asks_no_further(cli: Cli) -> None:
    done = cli("doctor", "--output", "json")
    assert done.code == 1
    assert states(done)["region"] == "failed"
    assert "credentials" not in states(done)
    assert "AWS_REGION" in done.json["findings"][-1]["remedy"]


def test_of_this_machine_alone_it_never_fails(cli: Cli) -> None:
    done = cli("doctor", "--offline")
    assert done.code == 0
    assert "Python: 3." in done.out
    assert "region" not in done.out


def test_broken_settings_are_a_finding(cli: Cli) -> None:
    done = cli("doctor", "--region", "us-east-1", "--ecs-profile", "nobody", "--output", "json")
    assert done.code == 1
    assert done.json["findings"][-1]["state"] == "failed"


def test_an_empty_account_lacks_only_what_comes_later(sandbox: Cli) -> None:
    done = sandbox("doctor", "--cluster", "demo", "--output", "json")
    assert done.code == 0, done.err
    found = states(done)
    assert (found["region"], found["credentials"], found["quota of VPCs"]) == ("ok",) * 3
    assert found["cluster"] == found["role ecsTaskExecutionRole"] == "absent"

    sandbox("up", "--cluster", "demo", "--empty")
    done = sandbox("doctor", "--cluster", "demo")
    assert "ok      cluster: demo is ACTIVE; instances: 0, services: 0, by --cluster" in done.out


def test_what_the_credentials_may_not_look_up_is_said(
    sandbox: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = Aws.call

    def denied(self: Aws, service: str, operation: str, **rest: object) -> object:
        if service in ("iam", "service-quotas"):
            raise AccessError("no", code="AccessDenied")
        return call(self, service, operation, **rest)

    monkeypatch.setattr(Aws, "call", denied)
    done = sandbox("doctor", "--output", "json")
    assert done.code == 0
    rows = {row["topic"]: row for row in done.json["findings"]}
    assert rows["quota of VPCs"]["detail"].startswith("not looked up: ")
    assert rows["role ecsTaskExecutionRole"]["state"] == "absent"
