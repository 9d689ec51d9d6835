"""The file systems that were made for the volumes of a project, once the project goes."""
