"""Answers as the Chinese clouds shape theirs, so that programs written for them work when pointed here."""
