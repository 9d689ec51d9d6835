"""The plan of a project in layout services carried out: waves of services and jobs."""
