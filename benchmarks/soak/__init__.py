"""Mixed use while processes are killed at random moments, and what became of everything that was acknowledged."""
