"""The names of what has no closer type: JSON objects of the APIs, and WSGI environments."""

from __future__ import annotations

from typing import Any

#: An object in the JSON shapes of an API, or a part of a template.
Json = dict[str, Any]
#: The environment of a WSGI request.
Environ = dict[str, Any]
