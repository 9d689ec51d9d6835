"""The command line: one file per verb; each reads settings, builds, plans, shows and runs."""
