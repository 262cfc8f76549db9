"""Drawn invoices: invented, consistent documents with known field values, so that reading can be scored without real papers.

The package is a second witness: it computes QR checksums, check characters and amounts in words by itself, and imports nothing from
the service.
"""
