"""The dossier as one zip: a page, a PDF, data, and what it takes to see whether anything in it was changed since."""
