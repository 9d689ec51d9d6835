"""`policies` of services: in either file and in the words of Docker's integration, added up in a
group, and refused where IAM or ECS would refuse them."""

from pathlib import Path

import pytest

from ecscli.base.errors import InputError
from ecscli.compose.layout.judge import JudgedProject
from ecscli.compose.params.policy_settings import Policies, policies_in
from tests.compose.layout.test_discovery import judged
from tests.conftest import Cli

OWN = "arn:aws:iam::123456789012:policy/own"
S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
READ = "{Statement: {Effect: Allow, Action: 's3:GetObject', Resource: '*'}}"
DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}
COMPOSE = """\
services:
  web: {image: nginx, x-ecs: {policies: %s}}
  db: {image: redis}
"""


def of(found: JudgedProject, group: str) -> Policies:
    [policies] = [one.policies for one in found.groups if one.group.name == group]
    return policies


def test_policies_are_names_arns_and_documents(tmp_path: Path) -> None:
    found = judged(tmp_path, COMPOSE % f"[AmazonS3ReadOnlyAccess, '{OWN}', {READ}]")
    assert of(found, "web") == Policies(("AmazonS3ReadOnlyAccess", OWN), (DOCUMENT,))
    assert of(found, "db") == Policies()
    params = "service_params: {web: {policies: [service-role/AWSLambdaRole]}}"
    found = judged(tmp_path, COMPOSE % "[ReadOnlyAccess]", params)
    assert of(found, "web").managed == ("service-role/AWSLambdaRole",), "ecs-params wins"


def test_a_group_has_what_all_of_its_services_need(tmp_path: Path) -> None:
    params = "service_params:\n" + "".join(
        f"  {name}: {{group: one, policies: {policies}}}\n"
        for name, policies in (
            ("web", f"[AmazonS3ReadOnlyAccess, {READ}]"),
            ("db", f"['{OWN}', '{S3}', {READ}]"),
        )
    )
    found = judged(tmp_path, COMPOSE % "[]", params)
    assert of(found, "one") == Policies(("AmazonS3ReadOnlyAccess", OWN), (DOCUMENT,))


def test_keys_of_docker_are_policies_with_one_notice_each(tmp_path: Path, cli: Cli) -> None:
    docker = f"x-aws-role: {READ}, x-aws-policies: ['{OWN}']"
    compose = (
        f"services:\n  web: {{image: nginx, mem_limit: 64m, {docker}}}\n  db: {{image: redis}}\n"
    )
    found = judged(tmp_path, compose)
    assert of(found, "web") == Policies((OWN,), (DOCUMENT,))
    notices = [one.message for one in found.findings.notices]
    for key in ("x-aws-role", "x-aws-policies"):
        message = f"services.web.{key}: is read, as a key of Docker's ECS integration"
        assert notices.count(message) == 1
    cli.write("compose.yml", compose)
    done = cli("compose", "--layout", "task", "render")
    assert "services.web.x-aws-role: not sent" in done.err
    assert "policies of service_params in ecs-params.yml, with layout: services" in done.err


@pytest.mark.parametrize(
    ("policies", "message"),
    [
        ("['two words']", "must be the ARN of a policy, or the name of a policy of AWS"),
        ("[{}]", "needs Statement"),
        ("[{Statement: []}]", "needs Statement"),
        ("[{Statement: [text]}]", "Statement[0] must be a mapping"),
        ("[{statement: []}]", "statement is not known"),
        ("[{Version: 2020-01-01, Statement: []}]", "Version must be 2012-10-17 or 2008-10-17"),
        ("[{Statement: {Action: a, Resource: r}}]", "Statement[0] needs Effect, Allow or Deny"),
        ("[{Statement: {Effect: Allow, Resource: r}}]", "needs Action or NotAction"),
        (
            "[{Statement: {Effect: Deny, Action: a, NotAction: b, Resource: r}}]",
            "needs Action or NotAction, and not both",
        ),
        ("[{Statement: {Effect: Allow, Action: [], Resource: r}}]", "must be text or a list"),
        (
            "[{Statement: {Effect: Allow, Action: a, Resource: r, Principal: '*'}}]",
            "Statement[0].Principal is not known",
        ),
        (
            "[{Statement: {Effect: Allow, Action: a, Resource: r, Condition: x}}]",
            "Statement[0].Condition must be a mapping",
        ),
    ],
)
def test_what_is_no_policy_is_refused_with_its_place(cli: Cli, policies: str, message: str) -> None:
    cli.write("compose.yml", COMPOSE % policies + "x-ecs: {layout: services}\n")
    done = cli("compose", "check")
    assert done.code == 2, done.out
    assert "compose.yml:2:" in done.out
    assert message in done.out


def test_limits_of_a_role_are_checked(tmp_path: Path) -> None:
    many = ", ".join(f"Policy{number}" for number in range(11))
    with pytest.raises(InputError, match="the role gets 11 policies, and takes 10"):
        judged(tmp_path, COMPOSE % f"[{many}]")
    long = READ.replace("'*'", f"'arn:aws:s3:::{'x' * 10_300}'")
    with pytest.raises(InputError, match="have 10408 characters, and it takes 10240"):
        judged(tmp_path, COMPOSE % f"[{long}]")
    spaced = policies_in([{**DOCUMENT, "Statement": [{**DOCUMENT["Statement"][0], "Sid": "a b"}]}])
    close = policies_in([{**DOCUMENT, "Statement": [{**DOCUMENT["Statement"][0], "Sid": "ab"}]}])
    assert spaced.size == close.size, "IAM counts no white space"


def test_a_role_that_the_files_name_excludes_policies(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        judged(tmp_path, COMPOSE % "[A]", "task_definition:\n  task_role_arn: mine\n")
    [finding] = refused.value.findings
    assert finding.message == (
        "service_params.web.policies: the containers have a role already, by task_role_arn"
        " (ecs-params.yml:2:3)"
    )
    assert str(finding.where).endswith("compose.yml:2:31")
