"""The execution role by what a task needs, what is there, and consent: pure."""

from typing import Any

import pytest

from ecscli.base.errors import Finding, InputError
from ecscli.compose.ecs.agent_role import Origin
from ecscli.support.names import stack_tags
from ecscli.support.reads import Reads
from ecscli.support.role import role_part
from ecscli.support.template import readable_body
from ecscli.up import diff
from ecscli.up.model import Plan, Ref
from ecscli.up.service.names import Names
from ecscli.up.stack.model import Stack
from ecscli.up.support.account_role import AccountRole, trusts_tasks
from ecscli.up.support.live import LiveSupport
from ecscli.up.support.plan import Support, WantedSupport, plan_support
from ecscli.up.support.removal import plan_stack_removal
from ecscli.up.support.rights import Place, Right, reads_of, rights

NAMES = Names("shop", "demo")
STACK = "ecscli-demo-shop"
ROLE = "arn:aws:iam::123456789012:role/ecscli-demo-shop-ExecutionRole-1"
ACCOUNT = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
PLACE = Place("aws", "eu-west-1", "123456789012")
NOTHING = Reads()
NONE = LiveSupport(account_role=AccountRole())
TASKS = {"Service": "ecs-tasks.amazonaws.com"}


def template_body(reads: Reads) -> str:
    return readable_body(role_part(reads))


def stack(body: str = "", status: str = "CREATE_COMPLETE", **tags: str) -> LiveSupport:
    """The stack of that name; with a template it has the role."""
    outputs = {"ExecutionRole": ROLE} if body else {}
    owner = tags or stack_tags("demo", "shop")
    found = Stack("id", STACK, status, outputs=outputs, tags=owner)
    return LiveSupport(found, body, AccountRole())


def planned(
    live: LiveSupport, reads: Reads = NOTHING, *, consent: bool = False, names: Names = NAMES
) -> Support:
    return plan_support(WantedSupport(names, reads, consent), live)


def test_without_a_role_and_without_consent_there_is_none() -> None:
    found = planned(NONE)
    assert found.role.arn is None
    assert found.role.why == "the account has no role ecsTaskExecutionRole"
    assert found.role.way == f"--capability-iam makes ExecutionRole in stack {STACK}"
    assert found.stack is None


def test_with_consent_it_is_made_and_the_request_has_a_placeholder() -> None:
    found = planned(NONE, Reads(("token",)), consent=True)
    assert found.role.arn == Ref(f"{STACK}.ExecutionRole", f"{STACK}.ExecutionRole")
    assert found.role.origin is Origin.MADE
    assert found.stack
    assert found.stack.deployment
    request = found.stack.deployment.request
    assert request["Capabilities"] == ["CAPABILITY_IAM"]
    assert {tag["Key"]: tag["Value"] for tag in request["Tags"]} == stack_tags("demo", "shop")
    shown = "\n".join(diff.lines(Plan((found.stack.deployment,))))
    assert shown.startswith(f"+ deploy stack {STACK}\n    + ExecutionRole.policies: [Amazon")
    assert "secret:token-??????" in shown


def test_the_stack_of_the_project_comes_before_the_role_of_the_account() -> None:
    live = stack(template_body(Reads(("token",))))
    for consent in (False, True):
        found = planned(live, Reads(("token",)), consent=consent)
        assert (found.role.arn, found.role.origin) == (ROLE, Origin.FOUND)
        assert found.stack
        assert found.stack.deployment is None, "nothing differs"


def test_a_new_secret_changes_the_stack_with_consent_alone() -> None:
    live, reads = stack(template_body(Reads(("old",)))), Reads(("new",))
    with pytest.raises(InputError, match=r"stack ecscli-demo-shop may not read .*:secret:new"):
        planned(live, reads)
    found = planned(live, reads, consent=True)
    assert found.role.arn == ROLE, "the role stays, and so does the task definition's"
    assert found.stack
    assert found.stack.deployment
    body = found.stack.deployment.request["TemplateBody"]
    assert "secret:new-" in body
    assert "secret:old-" in body, "tasks of the old revision still read it"


@pytest.mark.parametrize("consent", [False, True])
def test_a_secret_that_left_the_files_changes_nothing_but_is_a_warning(consent: bool) -> None:
    found = planned(stack(template_body(Reads(("a", "b")))), Reads(("a",)), consent=consent)
    assert found.stack
    assert found.stack.deployment is None
    (notice,) = found.notices
    assert notice.message.startswith(f"role ExecutionRole of stack {STACK} may still read arn:")
    assert notice.message.endswith(":secret:b-??????, which the files do not use")
    assert planned(stack(template_body(Reads(("a",)))), Reads(("a",))).notices == ()


def test_the_role_of_the_account_is_taken_with_a_notice() -> None:
    remark = Finding("could not be checked")
    account = AccountRole(ACCOUNT, remarks=(remark,))
    found = planned(LiveSupport(account_role=account), consent=True)
    assert (found.role.arn, found.role.name) == (ACCOUNT, "ecsTaskExecutionRole")
    assert found.notices[0] == remark
    assert found.stack is None


@pytest.mark.parametrize(
    "live",
    [
        stack(),
        stack(status="CREATE_IN_PROGRESS"),
        stack(status="UPDATE_ROLLBACK_FAILED"),
    ],
    ids=["without outputs", "busy", "stuck"],
)
def test_a_stack_without_its_role_is_deployed_again(live: LiveSupport) -> None:
    found = planned(live, consent=True)
    assert found.stack
    assert found.stack.deployment
    assert found.role.origin is Origin.MADE


@pytest.mark.parametrize("tags", [{"Name": "x"}, stack_tags("demo-a", "shop")])
def test_a_stack_of_somebody_else_is_never_changed(tags: dict[str, str]) -> None:
    live = stack(template_body(Reads()), **tags)
    with pytest.raises(InputError, match="not to project shop on cluster demo"):
        planned(live, consent=True)
    assert planned(live).role.arn is None


def test_a_registration_without_a_cluster_makes_nothing() -> None:
    found = planned(NONE, consent=True, names=Names("shop", ""))
    assert (found.role.arn, found.role.way, found.stack) == (None, "", None)


def test_the_rights_of_a_task() -> None:
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"
    logging = {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/shop"}}
    secret = {"name": "A", "valueFrom": "/shop/a"}
    container = {"image": image, "logConfiguration": logging, "secrets": [secret]}
    definition = {"containerDefinitions": [container]}
    found = list(rights(definition, reads_of(definition).with_more(Reads(("later",))), PLACE))
    logs = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/shop:log-stream:*"
    later = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:later-AAAAAA"
    assert found[0] == Right(("ecr:GetAuthorizationToken",), ("*",))
    assert found[1].resources == ("arn:aws:ecr:eu-west-1:123456789012:repository/app",)
    assert found[2] == Right(("logs:CreateLogStream", "logs:PutLogEvents"), (logs,))
    assert found[3] == Right(("secretsmanager:GetSecretValue",), (later,))
    parameter = "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/a"
    assert found[4] == Right(("ssm:GetParameters",), (parameter,))


@pytest.mark.parametrize(
    ("statement", "trusts"),
    [
        ({"Effect": "Allow", "Principal": TASKS, "Action": "sts:AssumeRole"}, True),
        ({"Effect": "Allow", "Principal": TASKS, "Action": ["sts:AssumeRole"]}, True),
        ({"Effect": "Deny", "Principal": TASKS, "Action": "sts:AssumeRole"}, False),
        (
            {
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            },
            False,
        ),
        ({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}, False),
    ],
)
def test_who_may_assume_a_role(statement: dict[str, Any], trusts: bool) -> None:
    assert trusts_tasks({"Statement": [statement]}) is trusts
    assert trusts_tasks({"Statement": statement}) is trusts


def test_a_stack_goes_with_its_last_user() -> None:
    found = stack(template_body(Reads())).stack
    assert not plan_stack_removal(None, "")
    kept = plan_stack_removal(found, "service shop is there")
    assert not kept
    assert kept.notices[0].message == f"stack {STACK} stays: service shop is there"
    [action] = plan_stack_removal(found, "").actions
    assert action.subject == STACK
