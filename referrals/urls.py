"""Addresses of referrals."""

from django.urls import path

from referrals.views import challenges, deciding, entrance, hub, incidents, partner, people, queue, reading, writing

app_name = "referrals"
urlpatterns = [
    path("", entrance.index, name="index"),
    path("mine/", writing.mine, name="mine"),
    path("start/", writing.start, name="start"),
    path("start/information/", writing.start_information, name="start_information"),
    path("queue/", queue.queue, name="queue"),
    path("queue/assign/", queue.assign_several, name="assign_several"),
    path("shared/", partner.shared, name="shared"),
    path("challenges/", challenges.challenges, name="challenges"),
    path("challenges/<uuid:pk>/", challenges.challenge, name="challenge"),
    path("challenges/<uuid:pk>/respond/", challenges.challenge_respond, name="challenge_respond"),
    path("challenges/<uuid:pk>/step-up/", challenges.challenge_step_up, name="challenge_step_up"),
    path("challenges/<uuid:pk>/resolve/", challenges.challenge_resolve, name="challenge_resolve"),
    path("challenges/<uuid:pk>/withdraw/", challenges.challenge_withdraw, name="challenge_withdraw"),
    path("challenges/<uuid:pk>/meet/", challenges.challenge_meet, name="challenge_meet"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/import/", incidents.incidents_import, name="incidents_import"),
    path("incidents/imports/", incidents.incident_imports, name="incident_imports"),
    path("incidents/imports/<uuid:pk>/", incidents.incident_import, name="incident_import"),
    path("incidents/imports/<uuid:pk>/refused/", incidents.incident_import_refusals, name="incident_import_refusals"),
    path("<uuid:pk>/", reading.detail, name="detail"),
    path("<uuid:pk>/draft/", writing.draft, name="draft"),
    path("<uuid:pk>/draft/people/add/", people.person_add, name="person_add"),
    path("<uuid:pk>/draft/people/<uuid:person_pk>/", people.person_change, name="person_change"),
    path("<uuid:pk>/draft/people/<uuid:person_pk>/more/", people.person_more, name="person_more"),
    path("<uuid:pk>/draft/people/<uuid:person_pk>/remove/", people.person_remove, name="person_remove"),
    path("<uuid:pk>/draft/<slug:key>/", writing.section, name="section"),
    path("<uuid:pk>/check/", writing.check, name="check"),
    path("<uuid:pk>/sent/", writing.sent, name="sent"),
    path("<uuid:pk>/discard/", writing.discard, name="discard"),
    path("<uuid:pk>/claim/", queue.claim, name="claim"),
    path("<uuid:pk>/assign/", queue.assign, name="assign"),
    path("<uuid:pk>/give-back/", queue.give_back, name="give_back"),
    path("<uuid:pk>/decide/", deciding.decide, name="decide"),
    path("<uuid:pk>/share/", hub.share, name="share"),
    path("<uuid:pk>/shares/<uuid:share_pk>/end/", hub.end_share, name="end_share"),
    path("<uuid:pk>/shares/<uuid:share_pk>/answer/", partner.answer, name="answer"),
    path("<uuid:pk>/challenge/", challenges.challenge_decision, name="challenge_decision"),
    path("<uuid:pk>/shares/<uuid:share_pk>/challenge/", challenges.challenge_answer, name="challenge_answer"),
    path("<uuid:pk>/close/", hub.close, name="close"),
]
