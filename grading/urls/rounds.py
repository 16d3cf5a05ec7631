"""Addresses of rounds."""

from django.urls import URLPattern, path

from grading.views import calendar, invitations, moderation, panel, replacing, reports, rounds, trend, workbench

urlpatterns: list[URLPattern] = [
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/calendar/", calendar.round_calendar, name="round_calendar"),
    path("rounds/new/", rounds.round_open, name="round_open"),
    path("rounds/<uuid:pk>/", rounds.round, name="round"),
    path("rounds/<uuid:pk>/draw/", rounds.round_draw, name="round_draw"),
    path("rounds/<uuid:pk>/check-draw/", rounds.round_check_draw, name="round_check_draw"),
    path("rounds/<uuid:pk>/assign/", rounds.round_assign, name="round_assign"),
    path("rounds/<uuid:pk>/invitations/", invitations.round_invitations, name="round_invitations"),
    path(
        "rounds/<uuid:pk>/invitations/<uuid:invitation_pk>/withdraw/",
        invitations.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("rounds/<uuid:pk>/agreement/", moderation.round_agreement, name="round_agreement"),
    path("rounds/<uuid:pk>/graders/<uuid:grader_pk>/replace/", panel.round_replace, name="round_replace"),
    path("rounds/<uuid:pk>/places/<uuid:place_pk>/", panel.round_fill, name="round_fill"),
    path("rounds/<uuid:pk>/publish/", rounds.round_publish, name="round_publish"),
    path("rounds/<uuid:pk>/report/", reports.round_report, name="round_report"),
    path("rounds/<uuid:pk>/items/<uuid:item_pk>/", workbench.grade_item, name="grade_item"),
    path("rounds/<uuid:pk>/items/<uuid:item_pk>/conflict/", panel.grade_conflict, name="grade_conflict"),
    path("rounds/<uuid:pk>/items/<uuid:item_pk>/agree/", moderation.agree_item, name="agree_item"),
    path("rounds/<uuid:pk>/items/<uuid:item_pk>/replace/", replacing.item_replace, name="item_replace"),
    path("invitations/", invitations.invitations, name="invitations"),
    path("invitations/<uuid:pk>/", invitations.invitation, name="invitation"),
    path("trend/", trend.trend, name="trend"),
    path("rounds/results/", trend.results_by, name="results_by"),
    path("rounds/graders/", trend.drift, name="drift"),
]
