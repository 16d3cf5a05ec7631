"""Factories: one call makes a valid row; a trait is a status word."""
