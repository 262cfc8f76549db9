"""Understanding what somebody remembers of an invoice, in Chinese or English, as clues."""
