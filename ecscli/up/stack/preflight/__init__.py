"""READS only: whether everything that a cluster spec names exists and fits, before any write."""
