"""What each kind of invoice looks like: one description a file, and the code that reads a page by any of them."""
