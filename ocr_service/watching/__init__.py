"""A folder into which people, scanners and programs put files: what lies still there is archived, then moved aside."""
