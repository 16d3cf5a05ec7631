"""The home page and the pages that look at everything."""

from django.urls import path

from insights import views

urlpatterns = [
    path("", views.home, name="home"),
    path("insights/form-errors/", views.form_faults, name="form_faults"),
    path("insights/training-effect/", views.training_effect, name="training_effect"),
    path("insights/training-effect/people.xlsx", views.training_effect_xlsx, name="training_effect_xlsx"),
    path("records/referrals/<uuid:pk>/", views.who_looked, name="who_looked"),
    path("records/referrals/<uuid:pk>/history/", views.referral_history, name="referral_history"),
    path("records/unusual-access/", views.unusual, name="unusual"),
    path("records/unusual-access/<uuid:pk>/", views.unusual_case, name="unusual_case"),
    path("records/access-log/", views.access_log, name="access_log"),
    path("records/access-log/<uuid:search_pk>/", views.access_log_found, name="access_log_found"),
    path("records/access-log/<uuid:search_pk>/export/", views.access_log_export, name="access_log_export"),
    path("records/retention/", views.retention, name="retention"),
    path("records/retention/holds/", views.legal_holds, name="legal_holds"),
    path("records/retention/holds/<uuid:pk>/lift/", views.legal_hold_lift, name="legal_hold_lift"),
    path("records/retention/certificates/", views.disposal_certificates, name="disposal_certificates"),
    path("records/retention/certificates/<uuid:pk>/", views.disposal_certificate, name="disposal_certificate"),
    path(
        "records/retention/certificates/<uuid:pk>/certificate.pdf",
        views.disposal_certificate_file,
        name="disposal_certificate_file",
    ),
    path("records/retention/<uuid:pk>/", views.retention_review, name="retention_review"),
    path("records/retention/<uuid:pk>/group/", views.retention_group, name="retention_group"),
    path("records/retention/<uuid:pk>/approve/", views.retention_approve, name="retention_approve"),
    path("records/retention/<uuid:pk>/send-back/", views.retention_send_back, name="retention_send_back"),
]
