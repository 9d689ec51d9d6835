"""What a command needs, by the page that was recorded, and the policy for it."""

import json
import re
from typing import Any

import pytest

from ecscli import cli as ecscli_cli
from ecscli.base.system import resources
from ecscli.ops import permissions
from tests.commands.test_programs import TABLE
from tests.conftest import Cli


def policy(cli: Cli, *words: str) -> dict[str, Any]:
    done = cli("permissions", *words, "--policy")
    assert done.code == 0, done.err
    return {one["Sid"]: one for one in json.loads(done.out)["Statement"]}


def test_every_row_of_the_page_is_about_a_command(cli: Cli) -> None:
    names = cli("permissions").out.splitlines()
    assert {"up", "compose up", "compose service up", "compose secrets rm"} <= set(names)
    for name in names:
        assert cli("permissions", *name.split()).out.splitlines(), name


def test_what_only_reads_needs_only_reads(cli: Cli) -> None:
    only = policy(cli, "compose", "service", "ps")
    assert set(only) == {"Call"}
    verbs = {action.partition(":")[2][:4] for action in only["Call"]["Action"]}
    assert verbs <= {"Desc", "List"}


def test_roles_are_passed_to_nobody_but_the_services_that_need_them(cli: Cli) -> None:
    found = policy(cli, "compose", "service", "up")
    assert "ecs:UpdateService" in found["Call"]["Action"]
    assert not any("PassRole" in action for action in found["Call"]["Action"])
    condition = found["PassRoles"]["Condition"]["StringEquals"]
    assert "ecs-tasks.amazonaws.com" in condition["iam:PassedToService"]
    assert "ecs:CreateCapacityProvider" not in found["Call"]["Action"]


def test_the_stack_of_a_cluster_needs_its_resources(cli: Cli) -> None:
    actions = policy(cli, "up")["Call"]["Action"]
    assert {"ec2:CreateVpc", "autoscaling:CreateAutoScalingGroup", "iam:CreateRole"} <= {*actions}
    assert "cloudformation:ExecuteChangeSet" in actions


def test_the_actions_of_other_cases_are_added_by_a_flag(cli: Cli) -> None:
    done = cli("permissions", "compose", "up", "--output", "json")
    case = next(one for one in done.json["cases"] if "discovery: dns" in one["when"])
    assert not {*case["actions"]} <= {*done.json["actions"]}
    everything = cli("permissions", "compose", "up", "--all", "--output", "json").json["actions"]
    assert {*case["actions"]} <= {*everything}


def test_every_command_that_the_page_names_is_one() -> None:
    _, other, besides = permissions._parts(resources.read(permissions.PAGE))
    named = {
        quoted.partition(" --")[0]
        for case in permissions._cases(other + besides)
        for quoted in permissions.QUOTED.findall(case.when)
    }
    words = {name for name in named if name.split()[0] in ecscli_cli.COMMANDS}
    assert words <= {*TABLE, "compose down SERVICE"}
    cases = [case.when for case in permissions._cases(other)]
    assert not [
        when for when in cases if not words & set(re.findall("`([^`]+?)(?: --[^`]+)?`", when))
    ]


def test_actions_are_read_out_of_sentences() -> None:
    text = "**ecr** GetImage; by Docker: PutImage, on EC2; **kms** Decrypt; **elb** Describe\\*"
    assert set(permissions._actions(text)) == {
        "ecr:GetImage",
        "ecr:PutImage",
        "kms:Decrypt",
        "elb:Describe*",
    }


@pytest.mark.parametrize("words", [("compose", "nope"), ("configure",)])
def test_a_command_that_is_not_on_the_page_is_a_usage_error(
    cli: Cli, words: tuple[str, ...]
) -> None:
    done = cli("permissions", *words)
    assert done.code == 2
    assert "nothing is recorded" in done.err
