"""Finding and booking a session (sessions.py, booking.py), one's bookings (bookings.py), the trainer's desk (desk.py)."""
