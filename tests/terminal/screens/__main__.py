"""Write every screen: `python -m tests.terminal.screens`."""

from tests.terminal.screens.drawing import files
from tests.terminal.screens.main import SCREENS

for path, text in files(SCREENS):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
