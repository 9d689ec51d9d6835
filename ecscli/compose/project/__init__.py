"""The typed project that every Compose file becomes, and printing it."""
