"""Repairs of Cloud Map: namespaces and their hosted zones, services, registered instances."""
