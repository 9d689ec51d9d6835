"""`python -m bench`: every measurement of this folder, or those named."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
NAMES = sys.argv[1:] or sorted(
    path.stem
    for path in HERE.glob("*.py")
    if not path.stem.startswith(("_", "compare", "recording"))
)

for name in NAMES:
    importlib.import_module(f"bench.{name}").main()
