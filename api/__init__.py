"""HTTP and the web pages: translation only."""
