"""Hostile files and requests against a running service, and against each parser alone."""
