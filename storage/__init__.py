"""Bytes and index: object stores, the archive format, the catalogue."""
