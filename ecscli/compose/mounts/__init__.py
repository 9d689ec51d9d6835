"""Bind mounts of a project -> what becomes of each: left out, baked, an empty volume, or kept."""
