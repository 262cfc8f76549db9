"""One person's day at the pages: a folder of mixed files handed in, reviewed, looked up, taken out and reconciled in a real browser."""
