"""The services of a project -> its groups, their names, and the order in which they start."""
