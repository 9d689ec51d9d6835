"""A task definition: translated from a project, checked, rendered, registered; its old revisions
pruned."""
