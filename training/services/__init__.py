"""Rules that write."""
