"""Addresses."""

from django.urls import URLPattern, path

from training.views import catalogue, coverage, modules, people, programmes, records, registers, sessions

app_name = "training"
urlpatterns: list[URLPattern] = [
    path("", people.mine, name="mine"),
    path("cpd/new/", people.cpd_new, name="cpd_new"),
    path("sign-offs/", records.sign_offs, name="sign_offs"),
    path("people/", people.people, name="people"),
    path("people/<uuid:pk>/", people.person, name="person"),
    path("people/<uuid:pk>/cpd/new/", people.person_cpd_new, name="person_cpd_new"),
    path("matrix/", people.matrix, name="matrix"),
    path("records/new/", records.record_new, name="record_new"),
    path("records/<uuid:pk>/", records.record, name="record"),
    path("records/<uuid:pk>/sign/", records.record_sign, name="record_sign"),
    path("records/<uuid:pk>/send-back/", records.record_send_back, name="record_send_back"),
    path("records/<uuid:pk>/correct/", records.record_correct, name="record_correct"),
    path("records/<uuid:pk>/revoke/", records.record_revoke, name="record_revoke"),
    path("modules/", modules.modules, name="modules"),
    path("modules/new/", modules.module_new, name="module_new"),
    path("modules/<uuid:pk>/next-version/", modules.module_next_version, name="module_next_version"),
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/new/", programmes.programme_new, name="programme_new"),
    path("programmes/<uuid:pk>/cohorts/new/", programmes.cohort_new, name="cohort_new"),
    path("cohorts/<uuid:pk>/", programmes.cohort, name="cohort"),
    path("cohorts/<uuid:pk>/add/", programmes.cohort_add, name="cohort_add"),
    path("members/<uuid:pk>/take-out/", programmes.member_take_out, name="member_take_out"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/new/", sessions.session_plan, name="session_plan"),
    path("sessions/<uuid:pk>/", sessions.session, name="session"),
    path("sessions/<uuid:pk>/change/", sessions.session_change, name="session_change"),
    path("sessions/<uuid:pk>/cancel/", sessions.session_cancel, name="session_cancel"),
    path("sessions/<uuid:pk>/register/", registers.session_register, name="session_register"),
    path("sessions/<uuid:pk>/register/close/", registers.session_close, name="session_close"),
    path("sessions/<uuid:pk>/code/", registers.session_code, name="session_code"),
    path("sessions/<uuid:pk>/check-in/", registers.session_check_in, name="session_check_in"),
    path("sessions/<uuid:pk>/watched/", registers.session_watched, name="session_watched"),
    path("register/<uuid:pk>/correct/", registers.register_correct, name="register_correct"),
    path("catch-up/", coverage.catch_up, name="catch_up"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("coverage/<uuid:pk>/people/", coverage.coverage_people, name="coverage_people"),
]
