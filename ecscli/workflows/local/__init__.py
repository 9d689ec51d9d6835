"""Tasks on this machine's Docker: their Compose files made, and containers started, listed and
removed."""
