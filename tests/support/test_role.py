"""The execution role in the template of a support stack: what a task reads, it may read."""

from pathlib import Path

import pytest

from ecscli.base.errors import InputError
from ecscli.support import names
from ecscli.support.reads import Reads
from ecscli.support.role import lacking, role_part, roles_of
from ecscli.support.template import is_same, part_of, readable_body
from tests.lint import lint


def template_body(reads: Reads, live: str = "") -> str:
    """The template with the role alone."""
    return readable_body(part_of(live) + role_part(reads, live))


GOLDEN = Path(__file__).parent / "golden"
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret"
READS = {
    "nothing": Reads(),
    "everything": Reads(
        secrets=("shop/db", f"{ARN}:prod/db-a1B2c3", f"{ARN}:prod/db-a1B2c3:user::", f"{ARN}:late"),
        parameters=("/shop/token", "plain", "arn:aws:ssm:eu-west-1:123456789012:parameter/other"),
        objects=("arn:aws:s3:::config/shop/web.env",),
        keys=("arn:aws:kms:eu-west-1:123456789012:key/1234",),
    ),
}


@pytest.mark.parametrize("name", READS)
def test_a_template_is_that_of_the_golden_file(name: str) -> None:
    body = template_body(READS[name])
    assert body == (GOLDEN / f"{name}.yaml").read_text()
    for region in ("eu-west-1", "cn-north-1"):
        assert lint(body, region) == []


def test_order_and_repetition_change_nothing() -> None:
    one = template_body(Reads(("a", "b", "a"), ("/x",)))
    assert one == template_body(Reads(("b", "a"), ("x",)))
    assert is_same(one, f"# by hand\n{one}")
    assert not is_same(one, template_body(Reads(("b",))))


@pytest.mark.parametrize("name", ["prod/*", "a?", "${AWS::Region}", "{{resolve:ssm:a}}"])
def test_a_reference_that_means_more_than_one_secret_is_refused(name: str) -> None:
    for reads in (Reads((name,)), Reads((), (name,)), Reads((f"{ARN}:{name}",))):
        with pytest.raises(InputError, match="cannot be allowed to read"):
            template_body(reads)


def test_a_template_that_is_too_large_is_refused() -> None:
    many = Reads(tuple(f"secret-{number:04}-{'x' * 100}" for number in range(400)))
    with pytest.raises(InputError, match="bytes, and CloudFormation takes 51200"):
        template_body(many)


def test_a_template_is_described_by_what_its_role_may_do() -> None:
    [(name, role)] = roles_of(template_body(Reads(("shop/db",)))).items()
    assert name == names.EXECUTION_ROLE
    assert role["policies"] == ["AmazonECSTaskExecutionRolePolicy"]
    [secret] = role["secretsmanager:GetSecretValue"]
    assert secret == "secret:shop/db-??????"
    assert roles_of("") == {}


def test_what_a_role_reads_already_stays_and_what_it_lacks_is_named() -> None:
    before = template_body(Reads(("a",), ("/x",)))
    assert lacking(before, Reads(("a",))) == []
    [missing] = lacking(before, Reads(("a", "b"), ("/x",)))
    assert missing.endswith(":secret:b-??????")
    both = template_body(Reads(("b",)), before)
    assert is_same(both, template_body(Reads(("a", "b"), ("/x",))))


def test_a_stack_is_known_by_its_tags_not_by_its_name() -> None:
    assert names.stack_name("a.b", "shop_1") == "ecscli-a-b-shop-1"
    assert names.stack_name("a-b", "c") == names.stack_name("a", "b-c")
    assert len(names.stack_name("x" * 255, "y" * 255)) == names.LONGEST
    tags = names.stack_tags("a", "b-c")
    assert names.is_of(tags, "a", "b-c")
    assert not names.is_of(tags, "a-b", "c")
    assert names.owner(tags) == "belongs to project b-c on cluster a"
    assert names.owner({}) == "has no tag of a project"
