"""How the groups of a project find each other by name: by DNS in Cloud Map, by Service Connect, or
not at all."""
