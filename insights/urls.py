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
]
