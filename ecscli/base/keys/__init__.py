"""Tables of keys: what a YAML file of a fixed shape may hold, its reading, and its JSON Schema."""
