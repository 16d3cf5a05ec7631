"""Checks of input."""
