"""What the database refuses, whatever code asks for it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from referrals.enums import AccessReason, Level, Pathway, ReferralState, ShareState
from referrals.models import Person, ReferralAccess, ThresholdDecision
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.referrals import PersonFactory, ReferralFactory, ShareFactory
from tests.people import NOW

pytestmark = pytest.mark.django_db


def refused(name, act):
    """Do it in a savepoint and expect this constraint to refuse."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("referral_sent_has_reference_time_and_deadline", {"reference": ""}),
        ("referral_sent_has_reference_time_and_deadline", {"submitted_at": None, "due_at": None}),
        ("referral_sent_has_reference_time_and_deadline", {"state": ReferralState.DRAFT}),
        ("referral_sent_has_risk_and_lawful_basis", {"risk_level": None}),
        ("referral_sent_has_risk_and_lawful_basis", {"lawful_basis": ""}),
        ("referral_closed_says_who_and_when", {"state": ReferralState.CLOSED}),
        ("referral_closed_says_who_and_when", {"closed_at": NOW}),
        ("referral_due_after_it_was_submitted", {"due_at": NOW - timedelta(days=900)}),
    ],
)
def test_a_referral_that_contradicts_itself_is_refused(constraint, changes):
    referral = ReferralFactory()

    refused(constraint, lambda: type(referral).objects.filter(pk=referral.pk).update(**changes))


def test_a_reference_and_a_submission_key_are_given_once():
    first, second = ReferralFactory(submission_key="6f0a3b0e-64d5-4a57-9d3a-52e5f0f6a1c7"), ReferralFactory()
    rows = type(first).objects.filter(pk=second.pk)

    refused("referral_reference_is_given_once", lambda: rows.update(reference=first.reference))
    refused("referral_one_submission_per_key", lambda: rows.update(submission_key=first.submission_key))


def test_drafts_share_the_empty_reference():
    assert ReferralFactory(state=ReferralState.DRAFT).reference == ReferralFactory(state=ReferralState.DRAFT).reference


def test_information_is_learned_on_or_after_the_day_it_happened():
    refused(
        "cpi_learned_on_or_after_the_event",
        lambda: ReferralFactory(kind="CPI", content={"event_on": date(2026, 9, 2), "learned_on": date(2026, 9, 1)}),
    )


def test_two_people_do_not_have_one_place_in_a_referral():
    person = PersonFactory(position=1)

    def twice():
        Person.objects.create(referral=person.referral, position=1, role="SIBLING")
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    refused("person_has_one_place_in_a_referral", twice)


def test_an_agency_has_one_row_of_access_for_a_reason():
    agency, referral = AgencyFactory(), ReferralFactory()

    def give():
        ReferralAccess.objects.create(agency=agency, referral=referral, reason=AccessReason.SHARED, since=NOW)

    give()
    refused("referral_access_once_a_reason", give)


def decision(referral, by, **changes):
    values = {"number": 1, "level": Level.UNIVERSAL, "pathway": Pathway.UNIVERSAL, "is_current": True} | changes
    return ThresholdDecision.objects.create(referral=referral, decided_at=NOW, decided_by=by, rationale="x", **values)


def test_one_decision_is_current_and_each_has_its_number():
    referral, by = ReferralFactory(), UserFactory()
    decision(referral, by)

    refused("threshold_decision_one_is_current", lambda: decision(referral, by, number=2))
    refused("threshold_decision_numbered_once", lambda: decision(referral, by, is_current=False))


def test_a_decision_to_do_nothing_says_what_would_change_it():
    referral, by = ReferralFactory(), UserFactory()

    refused(
        "threshold_decision_to_do_nothing_says_what_would_change_it",
        lambda: decision(referral, by, pathway=Pathway.NO_FURTHER_ACTION),
    )


def test_a_referral_is_shared_once_with_an_agency_at_a_time():
    share = ShareFactory()
    ended = {"state": ShareState.ENDED, "ended_at": NOW, "ended_by": share.shared_by, "end_reason": "Enough."}
    ShareFactory(referral=share.referral, agency=share.agency, **ended)

    refused("share_once_with_an_agency_at_a_time", lambda: ShareFactory(referral=share.referral, agency=share.agency))


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("share_answered_says_who_and_when", {"state": ShareState.ACCEPTED}),
        ("share_answered_says_who_and_when", {"answered_at": NOW}),
        ("share_ended_says_who_when_and_why", {"state": ShareState.ENDED}),
        ("share_ended_says_who_when_and_why", {"end_reason": "Enough."}),
    ],
)
def test_a_share_that_contradicts_itself_is_refused(constraint, changes):
    share = ShareFactory()

    refused(constraint, lambda: type(share).objects.filter(pk=share.pk).update(**changes))


@pytest.mark.parametrize("given", [{}, {"rejection_reason": "DUPLICATE"}, {"answer": "No."}])
def test_a_rejection_gives_its_reason_from_the_list_and_in_words(given):
    share = ShareFactory()
    changes = {"state": ShareState.REJECTED, "answered_at": NOW, "answered_by": share.shared_by} | given

    refused("share_rejected_gives_a_reason", lambda: type(share).objects.filter(pk=share.pk).update(**changes))


def test_an_age_is_counted_in_whole_years_or_taken_from_the_estimate():
    person = Person(date_of_birth=date(2015, 11, 20))

    assert (person.age_on(date(2026, 11, 19)), person.age_on(date(2026, 11, 20))) == (10, 11)
    assert Person(estimated_age=7).age_on(date(2026, 11, 20)) == 7
    assert Person().full_name == "Name not known"
