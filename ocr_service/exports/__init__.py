"""The register taken out: workbook, table of text, vouchers, originals, a list for printing; in one go or as jobs."""
