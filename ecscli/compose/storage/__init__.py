"""The top-level volumes that are kept in Amazon EFS, so that their data outlives tasks."""
