"""Tables, workbooks and PDFs of partners."""
