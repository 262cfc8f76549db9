"""One module for each kind of paper: what is invented for it, and how its forms look."""
