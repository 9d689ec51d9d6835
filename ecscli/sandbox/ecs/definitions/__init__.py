"""Task definitions: registered, described, deregistered; what they require of an instance."""
