"""One file's raw tree -> its canonical tree. What a key may look like is decided here."""
