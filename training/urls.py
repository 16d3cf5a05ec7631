"""Addresses."""

from django.urls import URLPattern, path

from training.views import catalogue, cpd, cpd_files, cpd_groups, cpd_imports, cpd_totals, modules, people, records

app_name = "training"
urlpatterns: list[URLPattern] = [
    path("", people.mine, name="mine"),
    path("cpd/new/", cpd.cpd_new, name="cpd_new"),
    path("cpd/people/", cpd_totals.cpd_people, name="cpd_people"),
    path("cpd/teams/<uuid:pk>/", cpd_totals.cpd_team_xlsx, name="cpd_team_xlsx"),
    path("cpd/expectation/", cpd_totals.cpd_expectation, name="cpd_expectation"),
    path("cpd/group/", cpd_groups.cpd_group, name="cpd_group"),
    path("cpd/events/<uuid:pk>/", cpd_groups.cpd_event, name="cpd_event"),
    path("cpd/imports/<uuid:pk>/undo/", cpd_imports.cpd_import_undo, name="cpd_import_undo"),
    path("cpd/<uuid:pk>/", cpd.cpd_entry, name="cpd_entry"),
    path("cpd/<uuid:pk>/correct/", cpd.cpd_correct, name="cpd_correct"),
    path("cpd/<uuid:pk>/look-back/", cpd.cpd_look_back, name="cpd_look_back"),
    path("cpd/<uuid:pk>/take-back/", cpd.cpd_take_back, name="cpd_take_back"),
    path("cpd/<uuid:pk>/files/new/", cpd_files.cpd_file_new, name="cpd_file_new"),
    path("cpd/<uuid:pk>/files/<uuid:file_pk>/", cpd_files.cpd_file, name="cpd_file"),
    path("cpd/<uuid:pk>/files/<uuid:file_pk>/remove/", cpd_files.cpd_file_remove, name="cpd_file_remove"),
    path("sign-offs/", records.sign_offs, name="sign_offs"),
    path("people/", people.people, name="people"),
    path("people/<uuid:pk>/", people.person, name="person"),
    path("people/<uuid:pk>/cpd/new/", cpd.person_cpd_new, name="person_cpd_new"),
    path("people/<uuid:pk>/cpd/log/", cpd_totals.cpd_xlsx, name="cpd_xlsx"),
    path("people/<uuid:pk>/cpd/portfolio/", cpd_totals.cpd_portfolio_pdf, name="cpd_portfolio"),
    path("people/<uuid:pk>/cpd/import/", cpd_imports.cpd_import, name="cpd_import"),
    path("people/<uuid:pk>/cpd/import/columns/", cpd_imports.cpd_import_columns, name="cpd_import_columns"),
    path("people/<uuid:pk>/cpd/import/check/", cpd_imports.cpd_import_check, name="cpd_import_check"),
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
