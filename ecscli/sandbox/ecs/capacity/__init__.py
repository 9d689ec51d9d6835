"""Capacity providers and the scaling of their Auto Scaling groups."""
