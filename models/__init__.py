"""The domain: frozen values and their rules, free of any I/O."""
