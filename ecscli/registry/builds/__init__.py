"""Images built by the Docker engine: recipes, contexts, tags from git."""
