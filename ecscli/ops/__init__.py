"""Day-two work: logs, shells in containers, old revisions, required attributes."""
