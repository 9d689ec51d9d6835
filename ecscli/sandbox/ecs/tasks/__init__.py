"""Tasks: how they are made, how they live, and what their containers do."""
