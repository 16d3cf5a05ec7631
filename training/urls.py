"""Addresses."""

from django.urls import URLPattern, path

from training.views import catalogue, modules, people, profiles, records, skills

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
    path("modules/to-review/", modules.modules_to_review, name="modules_to_review"),
    path("modules/<uuid:pk>/", modules.module, name="module"),
    path("modules/<uuid:pk>/edit/", modules.module_edit, name="module_edit"),
    path("modules/<uuid:pk>/review/", modules.module_review, name="module_review"),
    path("modules/<uuid:pk>/retire/", modules.module_retire, name="module_retire"),
    path("modules/<uuid:pk>/next-version/", modules.module_next_version, name="module_next_version"),
    path("what-if/", profiles.what_if, name="what_if"),
    path("people/<uuid:pk>/what-if/", profiles.person_what_if, name="person_what_if"),
    path("profiles/", profiles.profiles, name="profiles"),
    path("profiles/new/", profiles.profile_new, name="profile_new"),
    path("profiles/<uuid:pk>/", profiles.profile, name="profile"),
    path("profiles/<uuid:pk>/edit/", profiles.profile_edit, name="profile_edit"),
    path("profiles/<uuid:pk>/assign/", profiles.profile_assign, name="profile_assign"),
    path("assignments/<uuid:pk>/end/", profiles.assignment_end, name="assignment_end"),
    path("skills/new/", skills.skill_new, name="skill_new"),
    path("skills/<uuid:pk>/edit/", skills.skill_edit, name="skill_edit"),
    path("evidence/", skills.evidence_to_answer, name="evidence_to_answer"),
    path("evidence/new/", skills.evidence_new, name="evidence_new"),
    path("evidence/<uuid:pk>/", skills.evidence, name="evidence"),
    path("catalogue/", catalogue.catalogue, name="catalogue"),
]
