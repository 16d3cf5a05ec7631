"""PDFs of partners."""
