"""Addresses of the API."""

from django.urls import path

from referrals.api.incidents import IncidentList
from referrals.api.referrals import DecisionList, ReferralDetail, ReferralList, Root, ShareAnswer, ShareList

app_name = "api"
urlpatterns = [
    path("", Root.as_view(), name="root"),
    path("incidents/", IncidentList.as_view(), name="incidents"),
    path("referrals/", ReferralList.as_view(), name="referrals"),
    path("referrals/<uuid:pk>/", ReferralDetail.as_view(), name="referral"),
    path("referrals/<uuid:pk>/decisions/", DecisionList.as_view(), name="decisions"),
    path("referrals/<uuid:pk>/shares/", ShareList.as_view(), name="shares"),
    path("shares/<uuid:pk>/answer/", ShareAnswer.as_view(), name="answer"),
]
