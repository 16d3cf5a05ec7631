"""A person's account, and the pages of django-allauth that we use: nobody signs up or changes their address by themselves."""

from allauth.account import views as allauth
from django.urls import include, path

from accounts import views
from accounts.views import sessions

urlpatterns = [
    path("", views.account, name="account"),
    path("keys/", views.keys, name="account_keys"),
    path("stay/", views.stay, name="account_stay"),
    path("roles/", views.roles, name="account_roles"),
    path("roles/<slug:code>/", views.role_holders, name="account_role_holders"),
    path("sessions/", sessions.own_sessions, name="account_sessions"),
    path("sessions/end/", sessions.own_session_end, name="account_session_end"),
    path("sessions/end-others/", sessions.own_sessions_end_others, name="account_sessions_end_others"),
    path("file/", sessions.file_after_confirming, name="account_file"),
    path("people/<uuid:pk>/sessions/", sessions.person_sessions, name="person_sessions"),
    path("people/<uuid:pk>/sessions/end/", sessions.person_sessions_end, name="person_sessions_end"),
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("signup/", allauth.signup, name="account_signup"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/<str:uidb36>-<str:key>/",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("2fa/", include("allauth.mfa.urls")),
]
