"""Invoices as data: the schemas in which issuers hand them out, read into one form."""
