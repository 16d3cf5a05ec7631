"""Home pages and trends: looks at all, owned by none."""
