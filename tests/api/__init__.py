"""Tests of the HTTP API over a whole service in which only the engine is scripted."""
