"""Tests of Piaogen and the drawn documents they read."""
