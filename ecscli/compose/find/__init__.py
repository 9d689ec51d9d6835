"""Which files make up a project, and what they contain."""
