"""What the screens of the console show beside the live state of a cluster: each panel one read of
AWS, and one JSON document."""
