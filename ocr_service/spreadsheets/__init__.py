"""Tables that strangers send, opened: workbooks, HTML that calls itself one, and CSV. To be run in a child process alone."""
