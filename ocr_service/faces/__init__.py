"""How the faces of invoices are laid out: where labels stand and where their values are looked for."""
