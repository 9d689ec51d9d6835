"""The first files of a project: a Compose file for a Dockerfile, and beside it the two files that
say what Compose cannot."""
