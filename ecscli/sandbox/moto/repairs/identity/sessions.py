"""SSM: StartSession, which moto does not have; the stream's address leads nowhere."""

from __future__ import annotations

import secrets

from moto.core.responses import ActionResult
from moto.ssm.responses import SimpleSystemManagerResponse


def repair() -> None:
    if not hasattr(SimpleSystemManagerResponse, "start_session"):
        SimpleSystemManagerResponse.start_session = start_session


def start_session(self: SimpleSystemManagerResponse) -> ActionResult:
    session = f"sandbox-{secrets.token_hex(8)}"
    address = f"wss://127.0.0.1/v1/data-channel/{session}"
    return ActionResult(
        {"SessionId": session, "StreamUrl": address, "TokenValue": secrets.token_hex(16)}
    )
