"""Repairs of what instances come from and of the network that they are in."""
