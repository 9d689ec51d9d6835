"""CloudWatch Logs: reading a stream that does not exist names the stream as missing, not the log
group."""

from __future__ import annotations

import functools

from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import LogGroup


def repair() -> None:
    original = LogGroup.get_log_events
    if hasattr(original, "__wrapped__"):
        return

    @functools.wraps(original)
    def get_log_events(
        self: LogGroup, log_stream_name: str, *args: object, **kwargs: object
    ) -> object:
        if log_stream_name not in self.streams:
            raise ResourceNotFoundException("The specified log stream does not exist.")
        return original(self, log_stream_name, *args, **kwargs)

    LogGroup.get_log_events = get_log_events
