"""The volumes of a project in EFS: their part of the support stack, and what a stack has."""
