"""A mailbox whose mails are archived: looked at over IMAP, each message kept whole, its files taken out and put aside then."""
