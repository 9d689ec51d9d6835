"""What a person sees: data on stdout, talk on stderr, live progress on a terminal. The only
importer of rich."""
