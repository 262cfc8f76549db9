"""Makes the thorough recogniser again in arithmetic of eight bits, from lines of print that the project draws."""
