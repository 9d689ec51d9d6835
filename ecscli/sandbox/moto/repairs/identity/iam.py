"""IAM: AWS's own managed policies exist as soon as somebody attaches one.

moto can load all of them, which takes longer than a whole story in the sandbox.
"""

from __future__ import annotations

import functools
import json

from moto.iam.models import AWSManagedPolicy, IAMBackend

DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": []})


def repair() -> None:
    original = IAMBackend.attach_role_policy
    if hasattr(original, "__wrapped__"):
        return

    @functools.wraps(original)
    def attach(
        self: IAMBackend, policy_arn: str, role_name: str, *args: object, **kwargs: object
    ) -> None:
        if ":iam::aws:policy/" in policy_arn and policy_arn not in self.managed_policies:
            self.managed_policies[policy_arn] = managed_policy(self, policy_arn)
        original(self, policy_arn, role_name, *args, **kwargs)

    IAMBackend.attach_role_policy = attach


def managed_policy(backend: IAMBackend, arn: str) -> AWSManagedPolicy:
    """A policy of AWS with that ARN, whatever it may allow."""
    path, _, name = arn.partition(":policy")[2].rpartition("/")
    data = {
        "Arn": arn,
        "Path": f"{path}/",
        "DefaultVersionId": "v1",
        "Document": json.loads(DOCUMENT),
        "CreateDate": "2015-02-06T18:40:00+00:00",
        "UpdateDate": "2015-02-06T18:40:00+00:00",
    }
    return AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, data)
