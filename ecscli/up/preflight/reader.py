"""READS: the role with which ECS reads the secrets of a new revision -> a remark for what its own
policies do not let it read; the policy of a secret may allow that all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.base.errors import Finding
from ecscli.up.preflight.named import Named
from ecscli.up.preflight.reading import Look, Remark, found
from ecscli.up.support.rights import read_rights, reads_of
from ecscli.up.support.simulation import lacking_rights, place_of

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def rights_to_read(aws: Aws, named: Named) -> Look:
    """The role may read each secret, parameter and file of variables."""
    if named.reader is None:
        return
    role = named.reader.role
    answer = found(aws, "iam", "get_role", RoleName=role.rsplit("/", 1)[-1])
    if answer is None:  # the look-up of roles names it
        return
    arn = str(answer["Role"]["Arn"])
    needed = read_rights(reads_of(named.reader.definition), place_of(aws, arn))
    lacking = lacking_rights(aws, arn, needed)
    if lacking:
        message = f"the policies of role {role} do not allow {', '.join(lacking)}"
        hint = "tasks cannot start without: add it to a policy of the role"
        yield Remark(Finding(message, None, hint))
