"""What everything stands on: errors, places in files, YAML, units. Imports nothing of the rest."""
