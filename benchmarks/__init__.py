"""Accuracy, throughput, search and storage: each a command that prints a table and writes JSON."""
