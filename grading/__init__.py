"""Quarterly grading, dip samples, compliance and reports."""
