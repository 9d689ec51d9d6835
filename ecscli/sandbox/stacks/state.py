"""The stacks of one account and region, and what they ask of the other services."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from ecscli.sandbox.stacks.model import Stack
from ecscli.sandbox.stacks.template import validation
from ecscli.sandbox.timeline import Timeline

#: How many deleted stacks are remembered.
BURIED = 100


class Stacks:
    """Stacks by name; `client(service)` is a boto3 client of this region."""

    def __init__(
        self, account: str, region: str, timeline: Timeline, client: Callable[[str], Any]
    ) -> None:
        self.account, self.region, self.timeline, self.client = account, region, timeline, client
        self.by_name: dict[str, Stack] = {}
        self.buried: deque[Stack] = deque(maxlen=BURIED)
        self._zones: list[str] = []

    def find(self, name: str) -> Stack | None:
        """A living stack by name, any stack by its id."""
        if name.startswith("arn:"):
            everyone = [*self.by_name.values(), *self.buried]
            return next((one for one in everyone if one.id == name), None)
        return self.by_name.get(name)

    def get(self, name: str) -> Stack:
        found = self.find(name)
        if found is None:
            raise validation(f"Stack with id {name} does not exist")
        return found

    def bury(self, stack: Stack) -> None:
        """A deleted stack is found by its id only."""
        stack.deleted_at = self.timeline.now
        self.by_name.pop(stack.name, None)
        self.buried.append(stack)

    # ------------------------------------------------------------------------------- other services

    def zones(self, region: str) -> list[str]:
        if not self._zones:
            found = self.client("ec2").describe_availability_zones()["AvailabilityZones"]
            self._zones = sorted(one["ZoneName"] for one in found)
        return self._zones

    def imported(self, name: str) -> object:
        for stack in self.by_name.values():
            for output in stack.outputs:
                if output.get("ExportName") == name:
                    return output["OutputValue"]
        raise validation(f"No export named {name} found.")

    def ssm(self, name: str) -> str:
        """The value of a parameter, by name or ARN, with an optional version behind a colon."""
        try:
            return str(self.client("ssm").get_parameter(Name=name)["Parameter"]["Value"])
        except Exception:
            raise validation(
                f"Unable to fetch parameters [{name}] from parameter store for this account."
            ) from None

    def dynamic(self, service: str, reference: str) -> str:
        """The value of `{{resolve:service:reference}}`."""
        if service != "secretsmanager":
            return self.ssm(reference)
        import json

        secret, _, rest = reference.partition(":SecretString")
        text = str(self.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"])
        key = rest.lstrip(":").split(":")[0]
        return str(json.loads(text)[key]) if key else text
