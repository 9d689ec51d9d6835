"""What containers may do at AWS, as roles in the template of a support stack."""

import pytest

from ecscli.support.parts import joined
from ecscli.support.reads import Reads
from ecscli.support.role import role_part
from ecscli.support.summary import summary
from ecscli.support.task_role import (
    TaskRights,
    groups_of_roles,
    task_role_outputs,
    task_roles_part,
)
from ecscli.support.template import capabilities, compact_body, part_of
from tests.lint import lint

OWN = "arn:aws:iam::123456789012:policy/own"
DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}],
}
MOUNT = {
    "Effect": "Allow",
    "Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
    "Resource": "*",
}
WEB = TaskRights("web", ("AmazonS3ReadOnlyAccess", OWN), (DOCUMENT,), (MOUNT,))
RIGHTS = [WEB, TaskRights("plain"), TaskRights("db", statements=(MOUNT,))]


@pytest.mark.parametrize("region", ["eu-west-1", "cn-north-1"])
def test_cloudformation_takes_the_template(region: str) -> None:
    body = compact_body(joined([role_part(Reads(("db",))), task_roles_part("shop", RIGHTS)]))
    assert lint(body, region) == []
    assert capabilities(part_of(body)) == ["CAPABILITY_IAM"]


def test_a_group_with_rights_of_any_kind_has_a_role() -> None:
    part = part_of(compact_body(task_roles_part("shop", RIGHTS)))
    assert list(part.resources) == list(part.outputs) == ["TaskRoleWeb", "TaskRoleDb"]
    web = part.resources["TaskRoleWeb"]["Properties"]
    [name, arn] = web["ManagedPolicyArns"]
    assert name == {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AmazonS3ReadOnlyAccess"}
    assert arn == OWN
    documents = [one["PolicyDocument"] for one in web["Policies"]]
    assert documents == [DOCUMENT, {"Version": "2012-10-17", "Statement": [MOUNT]}]
    assert [one["PolicyName"] for one in web["Policies"]] == ["policy-1", "policy-2"]
    assert "ManagedPolicyArns" not in part.resources["TaskRoleDb"]["Properties"]
    assert groups_of_roles(part) == {"TaskRoleWeb": "web", "TaskRoleDb": "db"}
    assert not task_roles_part("shop", [TaskRights("plain")])


def test_a_role_keeps_its_name_when_another_one_goes() -> None:
    one, other = TaskRights("my-db", ("A",)), TaskRights("my_db", ("B",))
    assert task_role_outputs([one, other]) == {"my-db": "TaskRoleMyDb", "my_db": "TaskRoleMyDb2"}
    assert task_role_outputs([TaskRights("my-db"), other]) == {"my_db": "TaskRoleMyDb2"}


def test_a_plan_shows_what_a_role_may_do() -> None:
    before = compact_body(task_roles_part("shop", [TaskRights("web", ("ReadOnlyAccess",))]))
    after = compact_body(task_roles_part("shop", [WEB]))
    assert summary(before, "") == {"TaskRoleWeb": {"policies": ["ReadOnlyAccess"]}}
    assert summary(after, before)["TaskRoleWeb"] == {
        "policies": ["AmazonS3ReadOnlyAccess", OWN],
        "statements": [*DOCUMENT["Statement"], MOUNT],
    }
