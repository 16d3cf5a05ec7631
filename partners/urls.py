"""Addresses."""

from django.urls import URLPattern, path

from partners.views import (
    agencies,
    booking,
    bookings,
    desk,
    feeds,
    materials,
    public,
    scheduling,
    sessions,
    tailored,
)

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
    path("agencies/", agencies.agencies, name="agencies"),
    path("agencies/own/", agencies.own_agency, name="own_agency"),
    path("agencies/<uuid:pk>/", agencies.agency, name="agency"),
    path("agencies/<uuid:pk>/contacts/new/", agencies.agency_contact_new, name="agency_contact_new"),
    path(
        "agencies/<uuid:pk>/contacts/<uuid:contact_pk>/", agencies.agency_contact_change, name="agency_contact_change"
    ),
    path(
        "agencies/<uuid:pk>/contacts/<uuid:contact_pk>/remove/",
        agencies.agency_contact_remove,
        name="agency_contact_remove",
    ),
    path("agencies/<uuid:pk>/package/", agencies.agency_package, name="agency_package"),
    path("agencies/<uuid:pk>/agreement/", agencies.agency_agreement, name="agency_agreement"),
    path("agencies/<uuid:pk>/staff/", agencies.agency_staff, name="agency_staff"),
    path("sessions/public/", public.sessions_public, name="sessions_public"),
    path("sessions/<uuid:pk>/copy/", scheduling.session_copy, name="session_copy"),
    path("sessions/<uuid:pk>/move/", scheduling.session_move, name="session_move"),
    path("sessions/<uuid:pk>/repeat/", scheduling.session_repeat, name="session_repeat"),
    path("sessions/<uuid:pk>/files/new/", materials.material_new, name="material_new"),
    path("sessions/<uuid:pk>/files/<uuid:material_pk>/", materials.material, name="material"),
    path("sessions/<uuid:pk>/files/<uuid:material_pk>/remove/", materials.material_remove, name="material_remove"),
    path("series/new/", scheduling.course_new, name="course_new"),
    path("series/<uuid:pk>/", scheduling.series, name="series"),
    path("feed/", feeds.feed, name="feed"),
    path("feed/end/", feeds.feed_end, name="feed_end"),
    path("feed/<str:token>.ics", public.feed_read, name="feed_read"),
    path("tailored/", tailored.tailored_requests, name="tailored_requests"),
    path("tailored/new/", tailored.tailored_ask, name="tailored_ask"),
    path("tailored/<uuid:pk>/", tailored.tailored_request, name="tailored_request"),
    path("tailored/<uuid:pk>/propose/", tailored.tailored_propose, name="tailored_propose"),
    path("tailored/<uuid:pk>/answer/", tailored.tailored_answer, name="tailored_answer"),
    path("tailored/<uuid:pk>/schedule/", tailored.tailored_schedule, name="tailored_schedule"),
    path("tailored/<uuid:pk>/decline/", tailored.tailored_decline, name="tailored_decline"),
    path("tailored/<uuid:pk>/withdraw/", tailored.tailored_withdraw, name="tailored_withdraw"),
]
