"""Mail to who is booked (mail.py), and the calendar entry in it (calendar.py)."""
