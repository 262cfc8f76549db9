"""OFD (GB/T 33190-2016): the package, the pages' text with its places, and a picture of each page."""
