"""One TLS context for all clients with the same trust, which reads its certificates once.

urllib3 reads the file of certificate authorities, 140 of them, into a context for every connection.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssl import SSLContext


class Trust:
    """Contexts by what they trust; nothing is checked less than without it."""

    def __init__(self) -> None:
        self._contexts: dict[object, SSLContext] = {}

    def share_with(self, client: Any) -> None:
        """Give a client the context of those before it. A botocore that has none where it is
        looked for keeps its own."""
        with suppress(AttributeError, KeyError):
            http: Any = client._endpoint.http_session
            options = http._manager.connection_pool_kw
            key = (http._verify, http._cert_file, http._key_file)
            if key not in self._contexts:
                self._contexts[key] = reads_once(options["ssl_context"])
            options["ssl_context"] = self._contexts[key]
            make = http._get_ssl_context  # for a proxy, which may trust further authorities
            http._get_ssl_context = lambda: reads_once(make())


def reads_once(context: Any) -> SSLContext:
    """A context to which certificates are added once; what cannot be read is tried again."""
    add, lock = context.load_verify_locations, threading.Lock()
    added: set[tuple[object, object, object]] = set()

    def add_once(cafile: object = None, capath: object = None, cadata: object = None) -> None:
        with lock:
            if (cafile, capath, cadata) not in added:
                add(cafile, capath, cadata)
                added.add((cafile, capath, cadata))

    context.load_verify_locations = add_once
    found: SSLContext = context
    return found
