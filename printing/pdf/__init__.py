"""A4 documents for finance, audit and the file: reportlab lives in this folder and nowhere else."""
