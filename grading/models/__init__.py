"""Rounds, grades, dip samples, reviews and reports."""
