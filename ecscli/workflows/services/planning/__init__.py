"""What files and flags ask of a project in layout services, and what is live -> its plan."""
