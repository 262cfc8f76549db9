"""Drawn documents: invented, consistent papers with known field values, so that reading can be scored without real ones.

`drawn_set` draws any document by kind, seed and place; `kinds/` has a module for each kind of paper, and `registry` names them. The package
is a second witness: it computes QR checksums, check characters and amounts in words by itself, and imports nothing of the service.
"""
