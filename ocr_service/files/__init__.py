"""Opens what clerks send: pictures, PDF, zip, OFD, XML. Their libraries' errors become ours here."""
