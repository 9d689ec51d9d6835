"""READS only: what the spec names must exist and fit, before anything is made; all findings come at
once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from ecscli.aws.client import Aws
from ecscli.aws.errors import is_foreign, is_session_over, lost
from ecscli.base.errors import AccessError, AwsError, EcsCliError, Finding, InputError
from ecscli.base.marks import Mark
from ecscli.base.records import record, replace
from ecscli.cluster.model import ClusterSpec, Existing
from ecscli.cluster.read import exposure
from ecscli.up.stack.preflight.answers import Answers
from ecscli.up.stack.preflight.balancer import check_certificates, check_subnets
from ecscli.up.stack.preflight.instances import (
    check_boundary,
    check_image,
    check_key_pair,
    check_long_arns,
    check_role,
    check_types,
)
from ecscli.up.stack.preflight.network import check_my_ip, check_network, check_room, check_zones
from ecscli.up.stack.preflight.recording import check_bucket, check_keys, check_log_group

Check = Callable[[Aws, ClusterSpec, Answers], None]


@record
class Checked:
    """A spec that can be made, what exists of what it names, notices and facts; `full`: why there
    is no room for a new network."""

    spec: ClusterSpec
    existing: Existing
    full: Finding | None = None
    notices: tuple[Finding, ...] = ()
    facts: tuple[str, ...] = ()


def check(aws: Aws, spec: ClusterSpec) -> Checked:
    """Read, side by side, everything that the spec depends on.

    Raises AccessError for credentials of another account, InputError with every other finding.
    """
    answers = {one: Answers() for one in CHECKS}
    aws.together(*[partial(_look, one, aws, spec, answer) for one, answer in answers.items()])
    findings = [finding for answer in answers.values() for finding in answer.findings]
    if findings:
        raise InputError.of(findings)
    return _checked(spec, answers)


def _checked(spec: ClusterSpec, answers: Mapping[Check, Answers]) -> Checked:
    return Checked(
        spec=_without_tags(spec, answers[check_long_arns]),
        existing=_existing(answers),
        full=answers[check_room].full,
        notices=tuple(notice for answer in answers.values() for notice in answer.notices),
        facts=(*answers[check_image].facts, *exposure.facts(spec.network)),
    )


def _existing(answers: Mapping[Check, Answers]) -> Existing:
    """What goes into the template of what was found."""
    network = answers[check_network]
    return Existing(
        network.vpc,
        network.subnets,
        network.groups,
        answers[check_my_ip].my_ip,
        answers[check_image].root_device,
        answers[check_certificates].certificates,
        answers[check_certificates].zones,
    )


def _look(one: Check, aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """Run one check. A read that AWS, or what answers in its place, does not allow or does not know
    is a warning: CloudFormation will find out."""
    try:
        one(aws, spec, answer)
    except (AccessError, AwsError) as error:
        no_answer = is_foreign(error) or (isinstance(error, AwsError) and lost(error))
        if is_session_over(error) or no_answer or one in NEEDED:
            raise
        answer.notices.append(_unread(one, error))


def _unread(one: Check, error: EcsCliError) -> Finding:
    first, *_ = error.lines()
    return Finding(f"{SUBJECTS[one]} could not be checked: {first}")


def _without_tags(spec: ClusterSpec, answer: Answers) -> ClusterSpec:
    """The spec whose instances get no tags where their ARNs are short."""
    if spec.capacity is None or answer.tag_instances:
        return spec
    return replace(spec, capacity=replace(spec.capacity, tag_instances=False))


def attempt(aws: Aws, spec: ClusterSpec) -> Checked | EcsCliError:
    """What `check` returns or raises: for a check beside other reads, after which another spec may
    be the right one."""
    try:
        return check(aws, spec)
    except EcsCliError as error:
        return error


def need_account(aws: Aws, account: str, where: Mark | None = None) -> None:
    """Raise AccessError where the credentials are not those of the account."""
    if aws.account() != account:
        raise AccessError(
            f"the infra file is for account {account}, and your credentials are of account"
            f" {aws.account()}",
            where,
            "choose other credentials, with --aws-profile for example",
        )


def check_account(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The credentials are of the account that the file names."""
    if spec.account:
        need_account(aws, spec.account, spec.place("account"))


SUBJECTS: Mapping[Check, str] = {
    check_account: "the account",
    check_types: "the instance types",
    check_key_pair: "the key pair",
    check_role: "the instance role",
    check_image: "the image",
    check_long_arns: "the setting for tags of container instances",
    check_boundary: "the permissions boundary",
    check_log_group: "the log group of sessions",
    check_bucket: "the bucket of sessions",
    check_keys: "the KMS keys",
    check_network: "the VPC",
    check_zones: "the zones",
    check_room: "the quota of VPCs",
    check_my_ip: "the address of this machine",
    check_certificates: "the certificates of the load balancer",
    check_subnets: "the subnets of the load balancer",
}
NEEDED = (check_account, check_network, check_my_ip)  # what they find goes into the template
CHECKS: tuple[Check, ...] = tuple(SUBJECTS)
