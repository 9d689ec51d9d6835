"""The one address of the sandbox: its server, its door, the protocols and the control calls."""
