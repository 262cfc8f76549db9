"""The steps from a file's bytes to an archived invoice."""
