"""Other systems on the same files in the same run: PaddleOCR and RapidOCR as anybody installs them, each in an environment of its own."""
