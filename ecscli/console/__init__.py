"""The web console: a server on loopback that shows clusters live to one browser, and only reads."""
