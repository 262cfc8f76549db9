"""The routes under /v1 and the probes, one resource each."""
