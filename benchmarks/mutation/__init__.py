"""How often one wrong character of the OCR output ends as a value that the service vouches for."""
