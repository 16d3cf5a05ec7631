"""A person's account, and the pages of django-allauth that we use: nobody signs up or changes their address by themselves."""

from allauth.account import views as allauth
from django.urls import include, path, re_path

from accounts import views
from accounts.sign_in.confirming import confirmed_recently
from accounts.sign_in.provider import CheckedOpenIDConnect
from accounts.views import access_reviews, provider, second_step, sessions

urlpatterns = [
    path("", views.account, name="account"),
    path("keys/", views.keys, name="account_keys"),
    path("stay/", views.stay, name="account_stay"),
    path("roles/", views.roles, name="account_roles"),
    path("roles/<slug:code>/", views.role_holders, name="account_role_holders"),
    path("sessions/", sessions.own_sessions, name="account_sessions"),
    path("sessions/end/", sessions.own_session_end, name="account_session_end"),
    path("sessions/end-others/", sessions.own_sessions_end_others, name="account_sessions_end_others"),
    path("second-step/", second_step.second_step_begin, name="second_step"),
    path("second-step/<str:key>/", second_step.second_step_open, name="second_step_open"),
    path("2fa/webauthn/reauthenticate/", second_step.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("provider/given-up/", provider.given_up, name="socialaccount_login_cancelled"),
    path("provider/<slug:provider_id>/", provider.to_provider(CheckedOpenIDConnect), name="openid_connect_login"),
    path(
        "provider/<slug:provider_id>/back/",
        provider.from_provider(CheckedOpenIDConnect),
        name="openid_connect_callback",
    ),
    path("file/", sessions.file_after_confirming, name="account_file"),
    path("people/review/", access_reviews.access_review, name="access_review"),
    path("people/review/<uuid:pk>/", confirmed_recently(access_reviews.access_review_say), name="access_review_say"),
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
    # The key holds dashes of its own: only the first one parts it from the person.
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("2fa/", include("allauth.mfa.urls")),
]
