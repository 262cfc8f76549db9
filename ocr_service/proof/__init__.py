"""Proof: witnesses held against each other, rules held against the whole."""
