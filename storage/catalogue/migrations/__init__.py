"""How the tables came to be, one step a file; run from code by `Catalogue.migrate`."""
