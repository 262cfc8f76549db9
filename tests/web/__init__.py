"""Tests of the pages: their HTML, and what a browser makes of them."""
