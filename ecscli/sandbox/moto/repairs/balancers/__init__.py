"""Repairs of ELBv2: balancers, their listeners and rules, and the targets of groups."""
