"""Grammars of plain text: variables, dotenv files, shell words."""
