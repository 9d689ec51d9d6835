"""Names for JSON objects of AWS's shapes: requests, answers and templates, whose members depend on
the operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]  # one that is only read
Draft = dict[str, Any]  # one that is being made
