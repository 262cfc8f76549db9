"""The SQL index over the archive: what can be found, what waits to be read. All but the queue can be made anew from the archive."""
