"""Who wrote a referral reads what may be told, and nothing else of the decision; a CPI form says whether they may be asked and told."""

import pytest
from django.urls import reverse

from jobs.models import Job
from referrals import queries, services
from referrals.enums import FormKind, Level, Pathway, Position, ReferralState, RejectionReason
from referrals.models import Clarification, Feedback
from tests.api.programs import Program
from tests.factories.referrals import ReferralFactory
from tests.people import NOW

SECRETS = {
    "rationale": "zzrationale " * 10,
    "ndm_information": "zzinformation",
    "ndm_threat_and_risk": "zzthreat",
    "information_missing": "zzmissing",
    "voice": "zzvoice",
    "bias_check": "zzbias",
    "what_would_change_this": "zzchange",
}


def decide(cast, referral, **changes):
    views = [{"agency": cast.council, "position": Position.DISAGREES, "words": "zzagainst"}]
    answers = {"level": Level.SOCIAL_CARE, "pathway": Pathway.MAPPA, "may_be_told": "It was told zzon."} | SECRETS
    return services.decide_referral(referral_id=referral.pk, by=cast.mina, at=NOW, views=views, **(answers | changes))


def information(cast, **wishes):
    """A CPI form of the council's practitioner that the hub received."""
    return ReferralFactory(
        kind=FormKind.CPI, types=[], author=cast.pat, hub=cast.police, state=ReferralState.RECEIVED, content=wishes
    )


@pytest.mark.parametrize("kind", FormKind)
def test_page_and_api_give_the_writer_the_words_that_may_be_told_and_nothing_else(client, cast, life, kind):
    referral, writer = (life.submitted(), cast.olu) if kind == FormKind.PPN else (information(cast), cast.pat)
    decide(cast, referral)

    page = client.signed_in(writer).get(referral.get_absolute_url()).content.decode()
    program = Program(writer).get("referral", referral.pk)

    assert program.json()["told"]["may_be_told"] == "It was told zzon."
    assert program.json()["decision"] is None
    for read in (page, program.content.decode()):
        assert "It was told zzon." in read
        hidden = [*(words.split()[0] for words in SECRETS.values()), "zzagainst", "MAPPA", "social care", "SOCIAL_CARE"]
        assert [word for word in hidden if word.lower() in read.lower()] == []


def test_the_hub_reads_all_of_the_decision(client, cast, life):
    referral = life.submitted()
    decide(cast, referral)

    page = client.signed_in(cast.sam).get(referral.get_absolute_url()).content.decode()
    body = Program(cast.sam).get("referral", referral.pk).json()

    assert "MAPPA" in page
    assert body["decision"]["bias_check"] == "zzbias"
    assert body["told"]["may_be_told"] == "It was told zzon."


def test_a_referral_that_came_back_says_why(client, cast, life):
    referral = life.submitted()
    decide(cast, referral, pathway=Pathway.REJECTED_RETURNED, return_reason=RejectionReason.WRONG_FORM)

    assert "Reason: Wrong form." in client.signed_in(cast.olu).get(referral.get_absolute_url()).content.decode()
    assert Program(cast.olu).get("referral", referral.pk).json()["told"]["return_reason"] == "WRONG_FORM"


def test_the_line_manager_reads_the_words_and_no_answer_and_another_team_nothing(client, cast, life):
    shared = life.shared()
    decide(cast, shared.referral, change_reason="New facts.")
    services.answer_share(share_id=shared.pk, answer_state="ACCEPTED", words="zzvisit", by=cast.pat, at=NOW)

    page = client.signed_in(cast.lin).get(shared.referral.get_absolute_url()).content.decode()

    assert "It was told zzon." in page
    assert [word for word in ("MAPPA", "zzvisit", "zzrationale", cast.council.name) if word in page] == []


def test_an_agency_that_it_was_shared_with_reads_of_the_decision_what_it_may_challenge_and_no_reasons(
    client, cast, life
):
    shared = life.shared()
    decide(cast, shared.referral, change_reason="New facts.")
    page = client.signed_in(cast.pat).get(shared.referral.get_absolute_url()).content.decode()

    assert "zzon" in page[page.index('id="challenges"') :]
    assert "zzon" not in page[: page.index('id="challenges"')]
    assert [word for word in ("zzvisit", "zzrationale", "New facts.") if word in page] == []
    assert Program(cast.pat).get("referral", shared.referral_id).json()["told"] is None


def test_who_does_not_want_to_be_contacted_is_not_asked(client, cast):
    referral = information(cast, may_be_contacted=False)

    page = client.signed_in(cast.mina).get(referral.get_absolute_url()).content.decode()

    assert "asked not to be contacted" in page
    assert reverse("referrals:ask", args=[referral.pk]) not in page
    with pytest.raises(services.CannotClarify, match="not to be contacted"):
        services.ask_referrer(referral_id=referral.pk, question="Who was it?", by=cast.mina, at=NOW)
    assert not Clarification.objects.exists()


def test_who_does_not_want_to_hear_is_told_nothing_and_gets_no_mail(client, cast):
    referral = information(cast, wants_feedback=False)

    decide(cast, referral)
    page = client.signed_in(cast.mina).get(referral.get_absolute_url()).content.decode()

    assert "does not want to hear" in page
    assert reverse("referrals:feedback", args=[referral.pk]) not in page
    with pytest.raises(services.CannotTell, match="does not want to hear"):
        services.give_feedback(referral_id=referral.pk, kind="THANKS", words="Thanks.", by=cast.mina, at=NOW)
    assert not Feedback.objects.exists()
    assert not Job.objects.filter(task__contains="referrer").exists()


@pytest.mark.parametrize("wish", [True, None])
def test_who_wants_to_hear_or_did_not_say_is_told_and_asked(cast, wish):
    referral = information(cast, wants_feedback=wish, may_be_contacted=wish)

    decide(cast, referral)
    services.ask_referrer(referral_id=referral.pk, question="Who was it?", by=cast.mina, at=NOW)

    assert queries.unread_of(cast.pat).count() == 1
    assert Job.objects.filter(task__contains="email_referrer_about").count() == 2
