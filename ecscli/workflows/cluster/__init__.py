"""The jobs of a cluster: made or changed, planned, scaled, deleted. See `ecscli.workflows`."""
