"""Sessions and bookings for partner agencies."""
