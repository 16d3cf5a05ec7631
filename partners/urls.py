"""Addresses."""

from django.urls import URLPattern, path

from partners.views import booking, bookings, desk, groups, holds, needs, sessions, swaps, waiting

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
    path("sessions/<uuid:pk>/hold/", holds.hold, name="hold"),
    path("sessions/<uuid:pk>/hold/release/", holds.hold_release, name="hold_release"),
    path("sessions/<uuid:pk>/group/", groups.group_new, name="group_new"),
    path("sessions/<uuid:pk>/group/check/", groups.group_check, name="group_check"),
    path("sessions/<uuid:pk>/needs/", needs.session_needs, name="session_needs"),
    path("groups/<uuid:pk>/", groups.group, name="group"),
    path("bookings/", bookings.bookings, name="bookings"),
    path("bookings/<uuid:pk>/", bookings.booking, name="booking"),
    path("bookings/<uuid:pk>/booked/", bookings.booked, name="booked"),
    path("bookings/<uuid:pk>/cancel/", bookings.booking_cancel, name="booking_cancel"),
    path("bookings/<uuid:pk>/leave/", waiting.booking_leave, name="booking_leave"),
    path("bookings/<uuid:pk>/offer/", waiting.booking_offer, name="booking_offer"),
    path("bookings/<uuid:pk>/swap/", swaps.booking_swap, name="booking_swap"),
    path("bookings/<uuid:pk>/needs/", needs.booking_needs, name="booking_needs"),
    path("bookings/<uuid:pk>/calendar.ics", bookings.booking_calendar, name="booking_calendar"),
]
