"""Services: their API, their scheduler, their deployments and events."""
