"""The access log: append-only, chained, knows no other app."""
