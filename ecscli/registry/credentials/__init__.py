"""Credentials of private registries: input file, secrets, role, output file."""
