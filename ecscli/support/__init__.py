"""The support stack of a project: what it has on a cluster beside its tasks, as a template."""
