"""What a table says of invoices: which list it is, where its columns are, and an entry for each invoice. No bytes are opened here."""
