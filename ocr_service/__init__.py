"""The work: stages, engines, use cases, worker, command line."""
