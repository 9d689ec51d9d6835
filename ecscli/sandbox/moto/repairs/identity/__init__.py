"""Repairs of IAM, and of sessions that its identities open."""
