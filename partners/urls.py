"""Addresses."""

from django.urls import URLPattern, path

from partners.views import booking, bookings, desk, sessions

app_name = "partners"
urlpatterns: list[URLPattern] = [
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/new/", desk.session_plan, name="session_plan"),
    path("sessions/<uuid:pk>/", sessions.session, name="session"),
    path("sessions/<uuid:pk>/open/", desk.session_open, name="session_open"),
    path("sessions/<uuid:pk>/change/", desk.session_change, name="session_change"),
    path("sessions/<uuid:pk>/cancel/", desk.session_cancel, name="session_cancel"),
    path("sessions/<uuid:pk>/register/", desk.session_register, name="session_register"),
    path("sessions/<uuid:pk>/book/", booking.book, name="book"),
    path("sessions/<uuid:pk>/book/check/", booking.book_check, name="book_check"),
    path("bookings/", bookings.bookings, name="bookings"),
    path("bookings/<uuid:pk>/", bookings.booking, name="booking"),
    path("bookings/<uuid:pk>/booked/", bookings.booked, name="booked"),
    path("bookings/<uuid:pk>/cancel/", bookings.booking_cancel, name="booking_cancel"),
    path("bookings/<uuid:pk>/calendar.ics", bookings.booking_calendar, name="booking_calendar"),
]
