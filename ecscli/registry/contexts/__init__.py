"""What an image is made of: the files of its context, their content tag, and the git checkout."""
