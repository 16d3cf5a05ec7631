"""Addresses of the API."""

from django.urls import path

from referrals.api import answers, attachments, casework, challenges, consultations, encompass, intelligence
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
    path("referrals/<uuid:pk>/claim/", casework.Claim.as_view(), name="claim"),
    path("referrals/<uuid:pk>/assign/", casework.Assign.as_view(), name="assign"),
    path("referrals/<uuid:pk>/give-back/", casework.GiveBack.as_view(), name="give_back"),
    path("referrals/<uuid:pk>/risk/", casework.SetRisk.as_view(), name="set_risk"),
    path("referrals/<uuid:pk>/close/", casework.Close.as_view(), name="close"),
    path("referrals/<uuid:pk>/reopen/", casework.Reopen.as_view(), name="reopen"),
    path("referrals/<uuid:pk>/void/", casework.Void.as_view(), name="void"),
    path("referrals/<uuid:pk>/challenges/", challenges.ChallengeDecision.as_view(), name="challenge_decision"),
    path("referrals/<uuid:pk>/attachments/", attachments.AttachmentList.as_view(), name="attachments"),
    path("attachments/<uuid:pk>/content/", attachments.AttachmentContent.as_view(), name="attachment_content"),
    path("shares/<uuid:pk>/end/", casework.ShareEnd.as_view(), name="end_share"),
    path("shares/<uuid:pk>/challenges/", challenges.ChallengeAnswer.as_view(), name="challenge_answer"),
    path("challenges/", challenges.ChallengeList.as_view(), name="challenges"),
    path("challenges/<uuid:pk>/", challenges.ChallengeDetail.as_view(), name="challenge"),
    path("challenges/<uuid:pk>/respond/", challenges.Respond.as_view(), name="challenge_respond"),
    path("challenges/<uuid:pk>/step-up/", challenges.StepUp.as_view(), name="challenge_step_up"),
    path("challenges/<uuid:pk>/resolve/", challenges.Resolve.as_view(), name="challenge_resolve"),
    path("challenges/<uuid:pk>/withdraw/", challenges.Withdraw.as_view(), name="challenge_withdraw"),
    path("challenges/<uuid:pk>/meetings/", challenges.Meet.as_view(), name="challenge_meet"),
    path("consultations/", consultations.ConsultationList.as_view(), name="consultations"),
    path("consultations/<uuid:pk>/link/", consultations.ConsultationLink.as_view(), name="consultation_link"),
    path("shares/<uuid:pk>/answer/", ShareAnswer.as_view(), name="answer"),
    path("shares/<uuid:pk>/renew/", answers.ShareRenew.as_view(), name="renew_share"),
    path("shares/<uuid:pk>/supply/", answers.ShareSupply.as_view(), name="supply"),
    path("shares/<uuid:pk>/looked/", answers.ShareLookAgain.as_view(), name="look_again"),
    path("shares/<uuid:pk>/handed/", answers.ShareHandOver.as_view(), name="hand_over"),
    path("referrals/<uuid:pk>/feedback/", answers.FeedbackList.as_view(), name="feedback"),
    path("referrals/<uuid:pk>/feedback/acknowledge/", answers.FeedbackAcknowledge.as_view(), name="acknowledge"),
    path("referrals/<uuid:pk>/questions/", answers.QuestionList.as_view(), name="questions"),
    path("questions/<uuid:pk>/reply/", answers.QuestionReply.as_view(), name="reply"),
    path("referrals/<uuid:pk>/notices/", encompass.NoticeList.as_view(), name="notices"),
    path("referrals/<uuid:pk>/evaluation/", intelligence.AssessmentDetail.as_view(), name="assessment"),
    path("referrals/<uuid:pk>/evaluation/begin/", intelligence.AssessmentBegin.as_view(), name="assessment_begin"),
    path("referrals/<uuid:pk>/evaluation/reports/", intelligence.ReportWrite.as_view(), name="report_write"),
    path("referrals/<uuid:pk>/evaluation/grade/", intelligence.AssessmentGrade.as_view(), name="assessment_grade"),
    path("referrals/<uuid:pk>/evaluation/route/", intelligence.AssessmentRoute.as_view(), name="assessment_route"),
    path("referrals/<uuid:pk>/evaluation/end/", intelligence.AssessmentEnd.as_view(), name="assessment_end"),
    path("referrals/<uuid:pk>/evaluation/close/", intelligence.AssessmentClose.as_view(), name="assessment_close"),
    path("notices/<uuid:pk>/send/", encompass.NoticeSend.as_view(), name="notice_send"),
    path("notices/<uuid:pk>/arrived/", encompass.NoticeArrived.as_view(), name="notice_arrived"),
    path("notices/<uuid:pk>/failed/", encompass.NoticeFailed.as_view(), name="notice_failed"),
    path("notices/<uuid:pk>/except/", encompass.NoticeExcept.as_view(), name="notice_except"),
]
