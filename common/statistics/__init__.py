"""Pure calculations on counts: no database, no request, no clock. Exact fractions inside; rounded only for display."""
