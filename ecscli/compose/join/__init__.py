"""Canonical trees -> one resolved tree: merge, extends, include, env files, selection."""
