"""Addresses."""

from django.urls import URLPattern, path

from training.views import catalogue, modules, people, records

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
]
