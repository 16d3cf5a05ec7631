"""Sessions (sessions.py), places on them (bookings.py, groups.py, swaps.py, holds.py), the waiting list (waiting_list.py) and what the
clock does to both (settling.py, reminders.py); what people need (needs.py) and who came (register.py)."""
