"""All that exists of a cluster: read, planned to be deleted, and deleted."""
