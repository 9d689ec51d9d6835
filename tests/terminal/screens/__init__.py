"""The main screens as files: at 40, 80 and 200 columns, with and without colour, in UTF-8 and in
ASCII. `python -m tests.terminal.screens` writes them; tests/terminal/test_screens.py compares them.
"""
