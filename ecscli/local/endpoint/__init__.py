"""Metadata and credentials for the containers that `local` starts: a process, its files, and the
way to it."""
