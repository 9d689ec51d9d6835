"""The support stack of a project: what is there, what is to be there, and its removal."""
