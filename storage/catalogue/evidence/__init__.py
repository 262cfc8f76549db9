"""Holding what somebody vaguely remembers against invoices: each thing is evidence, none a condition."""
