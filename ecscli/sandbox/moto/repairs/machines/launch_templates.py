"""EC2: later versions of a launch template keep their user data in the form in which moto keeps the
first one's."""

from __future__ import annotations

import functools

from moto.core.types import Base64EncodedString
from moto.ec2.models.launch_templates import LaunchTemplateVersion

from ecscli.sandbox.shapes import Json


def repair() -> None:
    original = LaunchTemplateVersion.__init__
    if hasattr(original, "__wrapped__"):
        return

    @functools.wraps(original)
    def make(
        self: LaunchTemplateVersion, template: object, number: int, data: Json, description: str
    ) -> None:
        text = data.get("UserData")
        if isinstance(text, str):
            data = {**data, "UserData": Base64EncodedString(text)}
        original(self, template, number, data, description)

    LaunchTemplateVersion.__init__ = make
