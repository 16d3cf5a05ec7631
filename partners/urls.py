"""Addresses."""

from django.urls import URLPattern, path

from partners.views import booking, bookings, desk, groups, holds, needs, prompted, sessions, swaps, waiting

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
    path("right-to-ask/", prompted.prompted_list, name="prompted"),
    path("right-to-ask/new/", prompted.prompted_new, name="prompted_new"),
    path("right-to-ask/figures/", prompted.prompted_figures, name="prompted_figures"),
    path("right-to-ask/figures.csv", prompted.prompted_figures_csv, name="prompted_figures_csv"),
    path("right-to-ask/check/", prompted.asking_check, name="asking_check"),
    path("right-to-ask/check/<slug:advice>/", prompted.asking_advice, name="asking_advice"),
    path("right-to-ask/<uuid:pk>/", prompted.prompted_application, name="prompted_application"),
    path("right-to-ask/<uuid:pk>/judge/", prompted.prompted_judge, name="prompted_judge"),
    path("right-to-ask/<uuid:pk>/end/", prompted.prompted_end, name="prompted_end"),
    path("right-to-ask/<uuid:pk>/strike/", prompted.prompted_strike, name="prompted_strike"),
]
