"""READS only: everything that a plan names is looked up side by side -> what does not exist or fit,
and what could not be looked up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.errors import is_foreign, is_session_over
from ecscli.base.errors import EcsCliError, Finding, InputError
from ecscli.base.records import record
from ecscli.up.preflight import cluster, network, reader, services, storage, tasks
from ecscli.up.preflight.named import Named
from ecscli.up.preflight.reading import Look, Remark

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

# what people call the things, the field of Named that holds them, and how they are looked up
LOOKUPS: tuple[tuple[str, str, Callable[[Aws, Named], Look]], ...] = (
    ("target groups", "balancers", services.target_groups),
    ("Classic Load Balancers", "balancers", services.classic_balancers),
    ("roles", "roles", tasks.roles),
    ("images", "images", tasks.images),
    ("log groups", "log_groups", tasks.log_groups),
    ("secrets", "secrets", tasks.secrets),
    ("SSM parameters", "parameters", tasks.parameters),
    ("S3 objects", "objects", tasks.objects),
    ("rights of the execution role", "reader", reader.rights_to_read),
    ("EFS file systems", "file_systems", storage.file_systems),
    ("FSx file systems", "windows_file_systems", storage.windows_file_systems),
    ("snapshots", "snapshots", storage.snapshots),
    ("KMS keys", "keys", storage.keys),
    ("subnets", "subnets", network.network),
    ("capacity providers", "providers", cluster.capacity_providers),
    ("container instances", "placed", cluster.instances),
    ("open ports", "placed", network.ports_of_tasks),
    ("the registered port", "discovery", services.registered_port),
    ("the namespace", "discovery", services.namespace),
    ("namespaces of Service Connect", "connect", services.connect),
    ("alarms", "alarms", services.alarms),
)


@record
class Looked:
    """`absent`: what does not exist or does not fit; `remarks`: what is worth knowing; `unread`:
    what could not be looked up."""

    absent: tuple[Finding, ...] = ()
    remarks: tuple[Finding, ...] = ()
    unread: tuple[Finding, ...] = ()


def check(aws: Aws, named: Named) -> Looked:
    """Everything that is named, looked up side by side. Raises what no look-up can do without:
    AccessError for a session that is over, AwsError for an answer that is not AWS's."""
    asked = [row for row in LOOKUPS if getattr(named, row[1])]
    looks = aws.together(*(partial(_look, aws, named, what, read) for what, _, read in asked))
    return Looked(
        tuple(finding for look in looks for finding in look.absent),
        tuple(finding for look in looks for finding in look.remarks),
        tuple(finding for look in looks for finding in look.unread),
    )


def _look(aws: Aws, named: Named, what: str, read: Callable[[Aws, Named], Look]) -> Looked:
    """One kind of things. Whoever may not read them may still be allowed to use them."""
    try:
        rows = list(read(aws, named))
    except InputError as error:
        return Looked(error.findings)
    except EcsCliError as error:
        if is_session_over(error) or is_foreign(error):
            raise
        message = f"{what} could not be looked up: {next(error.lines())}"
        return Looked(unread=(Finding(message),))
    absent = tuple(row for row in rows if not isinstance(row, Remark))
    return Looked(absent, tuple(row.finding for row in rows if isinstance(row, Remark)))
