"""Inviting agencies, answering and assigning, by the pages."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from grading.models import Assignment, GradingRound, Invitation, InvitationReply
from tests.factories.accounts import UserFactory
from tests.factories.grading import GradingRoundFactory, InvitationFactory, InvitationReplyFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.people import Cast
from tests.reading import markup_of, text_of

NO_PARTNER = "Nobody of a partner agency has accepted."


@pytest.fixture
def round(cast) -> GradingRound:
    made = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="DRAWN")
    for position in (1, 2):
        RoundItemFactory(round=made, referral=ReferralFactory(author=cast.olu), position=position)
    return made


def asked(cast: Cast, **changes: str) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=10)
    return {
        "agency": str(cast.council.pk),
        "places": "1",
        "reply_by_0": str(day.day),
        "reply_by_1": str(day.month),
        "reply_by_2": str(day.year),
        "note": "Two hours in all.",
    } | changes


def ticked(page: str) -> set[str]:
    return set(re.findall(r'name="graders" value="([^"]+)"[^>]* checked', page))


def invitations_of(round: GradingRound) -> str:
    return reverse("grading:round_invitations", args=[round.pk])


def assigning(round: GradingRound) -> str:
    return reverse("grading:round_assign", args=[round.pk])


def test_from_invitation_to_assignment_by_the_pages(client, cast, round):
    client.signed_in(cast.sam)
    assert invitations_of(round) in client.get(round.get_absolute_url()).content.decode()
    response = client.post(invitations_of(round), asked(cast), follow=True)
    assert f"{cast.council} is invited." in text_of(response)
    client.post(invitations_of(round), asked(cast, agency=str(cast.police.pk)))
    council, police = Invitation.objects.order_by("invited_at")

    for person, invitation in ((cast.pam, council), (cast.gail, police)):
        client.signed_in(person)
        assert f'href="{invitation.get_absolute_url()}"' in client.get(reverse("home")).content.decode()
        page = text_of(client.get(invitation.get_absolute_url()))
        assert "Two hours in all." in page
        client.post(invitation.get_absolute_url(), {"state": "ACCEPTED"})
        assert "you take part" in text_of(client.get(reverse("grading:invitations")))

    client.signed_in(cast.sam)
    page = client.get(assigning(round)).content.decode()
    assert ticked(page) == {str(cast.pam.pk), str(cast.gail.pk)}
    assert "Pam Fictitious, Testham Children&#x27;s Services (fictitious). Takes part" in page
    client.post(assigning(round), {"graders": list(ticked(page)), "graders_per_item": "2"})

    round.refresh_from_db()
    assert round.state == "GRADING"
    assert Assignment.objects.filter(item__round=round).count() == 4
    assert client.get(round.get_absolute_url()).content.decode().count(invitations_of(round)) == 1
    page = text_of(client.get(invitations_of(round)))
    assert "Pam Fictitious: takes part" in page
    assert "Withdraw" not in page
    page = text_of(client.signed_in(cast.pam).get(council.get_absolute_url()))
    assert "Graders are assigned, so answers stay as they are. You said: Yes, I take part." in page


def test_who_is_invited_sees_that_they_are_asked_and_nothing_of_the_sample(client, cast, round):
    invitation = InvitationFactory(round=round, agency=cast.council)
    client.signed_in(cast.pam)

    page = client.get(invitation.get_absolute_url()).content.decode()

    assert round.period.label in page
    hidden = [round.seed, str(round.pk), "frame"]
    for item in round.items.select_related("referral"):
        hidden += [item.referral.reference, str(item.pk), str(item.referral_id)]
    assert not [one for one in hidden if one in page]
    InvitationReplyFactory(invitation=invitation, person=cast.pam)
    assert client.get(round.get_absolute_url()).status_code == 404
    assert client.get(assigning(round)).status_code == 404


def test_the_page_of_assignment_says_by_agency_who_answered_what(client, cast, round):
    invitation = InvitationFactory(round=round, agency=cast.council, places=3)
    declined = UserFactory(name="Dee Fictitious", agency=cast.council, roles=["PANEL_MEMBER"])
    InvitationReplyFactory(invitation=invitation, person=declined, reason="On leave.")
    InvitationReplyFactory(invitation=InvitationFactory(round=round, agency=cast.police), person=cast.gail)
    client.signed_in(cast.sam)

    response = client.get(assigning(round))

    page = text_of(response)
    assert "Testham Children's Services (fictitious) 4 December 2026 3 2 0 1 1" in page
    assert "Wessex Vale Police (fictitious) 4 December 2026 2 1 1 0 0" in page
    assert "Dee Fictitious, Testham Children's Services (fictitious). Cannot: On leave." in page
    assert NO_PARTNER in page
    assert ticked(response.content.decode()) == {str(cast.gail.pk)}


def test_anybody_who_may_grade_can_be_chosen_whatever_they_answered(client, cast, round):
    InvitationReplyFactory(
        invitation=InvitationFactory(round=round, agency=cast.council), person=cast.pam, reason="On leave."
    )
    client.signed_in(cast.sam)

    client.post(assigning(round), {"graders": [str(cast.gail.pk), str(cast.pam.pk)], "graders_per_item": "2"})

    assert set(Assignment.objects.values_list("grader", flat=True)) == {cast.gail.pk, cast.pam.pk}


def test_what_was_chosen_is_kept_where_the_form_comes_back(client, cast, round):
    InvitationReplyFactory(invitation=InvitationFactory(round=round, agency=cast.council), person=cast.pam)
    client.signed_in(cast.sam)

    response = client.post(assigning(round), {"graders": [str(cast.gail.pk)], "graders_per_item": "2"})

    assert response.status_code == 422
    assert ticked(response.content.decode()) == {str(cast.gail.pk)}


def test_an_acceptance_of_a_withdrawn_invitation_is_not_ticked(client, cast, round):
    withdrawn = InvitationFactory(round=round, agency=cast.council, state="WITHDRAWN")
    InvitationReplyFactory(invitation=withdrawn, person=cast.pam)
    client.signed_in(cast.sam)

    page = client.get(assigning(round)).content.decode()

    assert ticked(page) == set()
    assert "No agency was invited." in page


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"agency": ""}, "agency", "Choose an agency"),
        ({"places": "many"}, "places", "whole number"),
        ({"places": "21"}, "places", "less than or equal to 20"),
        ({"reply_by_0": "31", "reply_by_1": "2"}, "reply_by", "Enter a real date"),
        ({"reply_by_2": "2020"}, "reply_by", "today or later"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_said_beside_its_question_and_what_was_typed_is_kept(
    client, cast, round, changes, field, words
):
    client.signed_in(cast.sam)

    response = client.post(invitations_of(round), asked(cast, **changes))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    page = markup_of(response)
    assert words in page
    assert "Two hours in all." in page
    assert not Invitation.objects.exists()


def test_only_agencies_that_can_be_invited_are_offered(client, cast, round):
    InvitationFactory(round=round, agency=cast.council)
    InvitationFactory(round=round, agency=cast.police, state="WITHDRAWN")
    client.signed_in(cast.sam)

    response = client.get(invitations_of(round))

    assert list(response.context["form"].agencies.values()) == [cast.police]
    assert "Wessex Vale Police (fictitious) (1 may grade)" in text_of(response)


def test_who_declined_reads_why_and_takes_part_after_all_without_taking_the_reason_away(client, cast, round):
    invitation = InvitationFactory(round=round, agency=cast.council)
    url = invitation.get_absolute_url()
    client.signed_in(cast.pam).post(url, {"state": "DECLINED", "reason": "On leave."})

    page = client.get(url)
    assert "You said: No, I cannot. On leave." in text_of(page)
    form = page.context["form"]
    sent = {bound.name: bound.value() or "" for bound in form} | {"state": "ACCEPTED"}

    assert client.post(url, sent).status_code == 302
    assert (invitation.replies.get().state, invitation.replies.get().reason) == ("ACCEPTED", "")


def test_a_declined_answer_without_a_reason_answers_422_and_the_reason_is_kept_with_a_choice_that_is_wrong(
    client, cast, round
):
    invitation = InvitationFactory(round=round, agency=cast.council)
    client.signed_in(cast.pam)

    response = client.post(invitation.get_absolute_url(), {"state": "DECLINED", "reason": ""})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["reason"])
    assert "Say why you cannot take part" in text_of(response)
    response = client.post(invitation.get_absolute_url(), {"state": "ACCEPTED", "reason": "Kept words."})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["reason"])
    assert "Kept words." in response.content.decode()

    assert not InvitationReply.objects.exists()


def test_that_the_places_are_gone_is_said_beside_the_answer(client, cast, round):
    invitation = InvitationFactory(round=round, agency=cast.council, places=1)
    InvitationReplyFactory(invitation=invitation)
    client.signed_in(cast.pam)

    response = client.post(invitation.get_absolute_url(), {"state": "ACCEPTED"})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["state"])
    assert "has all the graders" in text_of(response)


def test_a_withdrawal_by_the_page_says_so_and_who_was_asked_reads_it(client, cast, round):
    invitation = InvitationFactory(round=round, agency=cast.council)
    client.signed_in(cast.sam)

    page = client.post(reverse("grading:invitation_withdraw", args=[round.pk, invitation.pk]), follow=True)

    assert f"{cast.council} is not asked any more." in text_of(page)
    page = text_of(client.signed_in(cast.pam).get(invitation.get_absolute_url()))
    assert "This invitation was withdrawn" in page
    assert "Send my answer" not in page


def test_an_invitation_after_the_assignment_leads_back_to_the_round(client, cast):
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="GRADING")
    client.signed_in(cast.sam)

    response = client.post(invitations_of(round), asked(cast), follow=True)

    assert response.redirect_chain[-1][0] == round.get_absolute_url()
    assert "Graders are assigned already" in text_of(response)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(client, cast, round, count, django_assert_num_queries):
    for _ in range(count):
        reply = InvitationReplyFactory(invitation__round=round)
        UserFactory(agency=reply.invitation.agency, roles=["PANEL_MEMBER"])
        InvitationReplyFactory(invitation__round=round, invitation__state="WITHDRAWN", reason="On leave.")
        InvitationFactory(agency=cast.council)
        mine = InvitationReplyFactory(invitation__agency=cast.council, person=cast.pam)

    client.signed_in(cast.sam)
    for url, queries in ((invitations_of(round), 7), (assigning(round), 7)):
        with django_assert_num_queries(queries):
            assert client.get(url).status_code == 200
    client.signed_in(cast.pam)
    for url, queries in ((reverse("grading:invitations"), 5), (mine.invitation.get_absolute_url(), 5)):
        with django_assert_num_queries(queries):
            assert client.get(url).status_code == 200
