"""A task definition, or a project, on this machine's Docker: converted to Compose files, started by
Docker Compose, with secrets, credentials and metadata from here."""
