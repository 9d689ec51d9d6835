"""READS only: whether what sessions and disks are recorded in and encrypted with exists: log group,
bucket, keys."""

from __future__ import annotations

from ecscli.aws.client import Aws
from ecscli.cluster.model import ClusterSpec
from ecscli.up.preflight.reading import found
from ecscli.up.preflight.storage import key_findings
from ecscli.up.stack.preflight.answers import Answers


def check_log_group(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The log group that sessions of `exec` are recorded in exists."""
    name = spec.exec_logging.log_group if spec.exec_logging else None
    if not name:
        return
    rows = aws.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name)
    if all(row["logGroupName"] != name for row in rows):
        answer.error(
            f"there is no log group {name} in {aws.region}",
            spec.place("exec-logging", "log-group"),
            f"`{aws.command(f'logs create-log-group --log-group-name {name}')}` makes it",
        )


def check_bucket(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The bucket that sessions of `exec` are recorded in exists."""
    name = spec.exec_logging.bucket if spec.exec_logging else None
    if name and found(aws, "s3", "get_bucket_location", Bucket=name) is None:
        place = spec.place("exec-logging", "bucket")
        answer.error(
            f"there is no S3 bucket {name}", place, f"`{aws.command('s3 ls')}` lists yours"
        )


def check_keys(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The KMS keys of sessions and of the root volumes exist and are enabled."""
    volume = spec.capacity.volume if spec.capacity else None
    keys = (
        (("exec-logging", "kms-key"), spec.exec_logging.kms_key if spec.exec_logging else None),
        (("capacity", "root-volume", "kms-key"), volume.kms_key if volume else None),
    )
    for path, key in keys:
        for finding in key_findings(aws, key) if key else ():
            answer.error(finding.message, spec.place(*path), finding.hint)
