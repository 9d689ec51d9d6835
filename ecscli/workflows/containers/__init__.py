"""What runs: containers listed, their logs read, sessions with them opened."""
