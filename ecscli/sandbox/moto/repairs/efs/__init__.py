"""Repairs of EFS: file systems, mount targets and access points come and go in their own time, and
what AWS refuses is refused."""
