"""Workbooks and PDFs of training."""
