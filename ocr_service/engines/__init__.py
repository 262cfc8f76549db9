"""The OCR engine, the QR reader, the orientation classifier and the weights that they load."""
