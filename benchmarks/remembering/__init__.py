"""Finding an invoice from vague memory: a world of invoices, stories of lost ones, and how many of them are found."""
