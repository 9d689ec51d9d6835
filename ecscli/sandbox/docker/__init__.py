"""Tasks as real containers on this machine's Docker engine."""
