"""Sessions (sessions.py), places on them (bookings.py) and who came (register.py)."""
