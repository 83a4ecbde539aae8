"""Papers: neutral layout to ESC/POS bytes, text, picture, PDF, workbook and CSV."""
