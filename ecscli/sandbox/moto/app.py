"""moto behind one call: a WSGI environment in, a WSGI response out; repaired where ECS needs it to
be."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from ecscli.base.errors import EcsCliError
from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.shapes import Json
from ecscli.sandbox.timeline import Timeline
from ecscli.sandbox.wire import Reply

#: The versions of moto that the repairs were written and tested for.
TESTED = ((5, 2),)
#: moto's names, and AWS's, of the services that ecscli, its stacks and its users' first steps need.
#: moto has hundreds more; some start containers, send requests to any address, or control moto
#: itself. None of those is served.
SERVED = {
    "acm": "Certificate Manager",
    "applicationautoscaling": "Application Auto Scaling",
    "autoscaling": "Auto Scaling",
    "cloudwatch": "CloudWatch",
    "dynamodb": "DynamoDB",
    "ec2": "EC2",
    "ecr": "ECR",
    "efs": "EFS",
    "elb": "ELB",
    "elbv2": "ELBv2",
    "events": "EventBridge",
    "iam": "IAM",
    "kms": "KMS",
    "logs": "CloudWatch Logs",
    "resourcegroupstaggingapi": "Resource Groups Tagging API",
    "route53": "Route 53",
    "s3": "S3",
    "scheduler": "EventBridge Scheduler",
    "secretsmanager": "Secrets Manager",
    "servicediscovery": "Cloud Map",
    "servicequotas": "Service Quotas",
    "ssm": "SSM",
    "sts": "STS",
}

if TYPE_CHECKING:
    from moto.ec2.models import EC2Backend

LOG = logging.getLogger(__name__)


def check_version() -> None:
    """Refuse a moto that the repairs do not know: they would break it in silence."""
    import moto

    version = tuple(int(part) for part in moto.__version__.split(".")[:2] if part.isdigit())
    if version not in TESTED:
        known = " and ".join(".".join(map(str, one)) for one in TESTED)
        raise EcsCliError(
            f"the sandbox was made for moto {known}; here is {moto.__version__}",
            hint="pip install 'moto[server]~=5.2.5'",
        )


def served(backend: str | None) -> str:
    """The name of a backend of moto that may be asked; ApiError for the others."""
    if backend not in SERVED:
        raise ApiError(
            "NotServed", f"not served: {backend or 'a service that moto does not know'}", 501
        )
    return backend


class MotoApp:
    """The moto server application, in this process."""

    def __init__(self) -> None:
        check_version()
        for name in [name for name in os.environ if name.startswith(("MOTO_", "AWS_"))]:
            del os.environ[name]
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        from ecscli.sandbox.moto import repairs

        repairs.apply()
        self._application = DomainDispatcherApplication(
            lambda name: create_backend_app(served(name))
        )

    def answer(self, environ: Json) -> Reply:
        """Answer a request; everything is read before the lock of the world is let go."""
        head: Json = {}

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], object]:
            head.update(status=int(status.split(maxsplit=1)[0]), headers=headers)
            return io.BytesIO().write

        chunks: Iterable[bytes] = self._application(environ, start_response)
        body = b"".join(chunks)
        if head["status"] >= 500:
            LOG.error(
                "moto answered %s to %s: %s", head["status"], environ.get("PATH_INFO"), body[:2000]
            )
        return Reply(head["status"], "", body, tuple(head["headers"]))

    def account_of(self, access_key: str) -> str:
        from moto.iam.models import get_account_id_from

        return str(get_account_id_from(access_key))

    def machine_regions(self) -> Iterator[tuple[str, str, EC2Backend]]:
        """Account, region and EC2 backend wherever an instance was ever started."""
        from moto.ec2.models import ec2_backends

        for account, backends in list(ec2_backends.items()):
            for region, backend in list(backends.items()):
                if backend.reservations:
                    yield account, region, backend

    def refuse_instances(self, reason: str) -> None:
        """EC2 has no capacity, for this reason; an empty one ends it."""
        from ecscli.sandbox.moto.repairs.machines import instances

        instances.refuse(reason)

    def live_by(self, timeline: Timeline, after_deletion: Callable[[str], object]) -> None:
        """What takes a while takes it by this time; the ids of file systems that have gone are
        handed on."""
        from ecscli.sandbox.moto.repairs import clock
        from ecscli.sandbox.moto.repairs.efs import life

        clock.CLOCK.timeline = timeline
        life.DELETIONS.heard_by = after_deletion

    def serve_images_at(self, address: str) -> None:
        """ECR's registries answer at this HOST:PORT."""
        from ecscli.sandbox.moto.repairs import ecr

        ecr.answer_at(address)

    def reset(self) -> None:
        from moto.core.base_backend import InstanceTrackerMeta
        from moto.moto_api._internal.models import moto_api_backend

        moto_api_backend.reset()
        self.refuse_instances("")
        del InstanceTrackerMeta
