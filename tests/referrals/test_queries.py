"""What waits for whom, and what graders would miss."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.enums import Permission
from accounts.models import User
from common.waiting import Waiting
from referrals import queries, services
from referrals.enums import PersonRole, RiskLevel, SubjectSeen
from referrals.models import Referral
from referrals.queries.readers import grants_of_who_may, grants_of_who_may_any
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.people import NOW

KNOWN = {"ethnicity": "W1", "place_of_birth": "Testham", "religion": "None", "first_language": "English"}


def missing(referral, at=None):
    fresh = Referral.objects.get(pk=referral.pk)
    return {point.name for point in queries.completeness_of(fresh, at=at or fresh.submitted_at).missing}


def complete_ppn(**content):
    referral = ReferralFactory(content=content)
    PersonFactory(referral=referral, **KNOWN)
    return referral


def test_a_ppn_with_all_ten_points_misses_nothing(db):
    referral = complete_ppn()

    completeness = queries.completeness_of(referral, at=referral.submitted_at)

    assert (completeness.answered, len(completeness.points), completeness.missing) == (10, 10, [])


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ({"lived_experience": "Bad."}, "what daily life is like for the person"),
        ({"reported_at": None}, "sent within 24 hours of the report"),
        ({"concern": "Alone."}, "the concern in detail"),
        ({"voice": " "}, "the person's own words, or what they showed"),
        ({"needs": ""}, "what the person needs"),
        ({"harm": ""}, "the harm, and how likely or grave it is"),
        ({"harm_level": ""}, "the harm, and how likely or grave it is"),
    ],
)
def test_each_point_of_the_account_is_missed_when_it_is_not_there(db, content, name):
    assert missing(complete_ppn(**content)) == {name}


def test_a_ppn_that_was_sent_late_says_so(db):
    referral = complete_ppn()

    assert missing(referral, at=referral.ppn.reported_at + timedelta(hours=24)) == set()
    assert missing(referral, at=referral.ppn.reported_at + timedelta(hours=24, seconds=1)) == {
        "sent within 24 hours of the report"
    }


@pytest.mark.parametrize("field", KNOWN)
def test_identity_is_asked_of_every_subject(db, field):
    referral = complete_ppn()
    PersonFactory(referral=referral, **(KNOWN | {field: ""}))

    assert len(missing(referral)) == 1


def test_the_place_of_birth_of_a_parent_counts_too(db):
    referral = complete_ppn()
    PersonFactory(referral=referral, role=PersonRole.PARENT_CARER)

    assert missing(referral) == {"place of birth, of a child and of the parents"}


def test_not_known_with_a_reason_counts_and_is_told_apart(db):
    referral = ReferralFactory()
    PersonFactory(referral=referral, not_known_reason="Not safe to ask.")

    completeness = queries.completeness_of(referral, at=referral.submitted_at)

    assert completeness.missing == []
    assert len(completeness.explained) == 4


def test_somebody_who_was_not_seen_for_a_reason_needs_no_words_of_their_own(db):
    referral = complete_ppn(voice="", subject_seen=SubjectSeen.NOT_SEEN, not_seen_reason="Had left with an aunt.")

    assert missing(referral) == set()


def test_without_a_subject_the_identity_is_missing(db):
    assert len(missing(ReferralFactory())) == 4


def test_a_cpi_form_is_asked_for_its_own_points(db):
    assert missing(ReferralFactory(kind="CPI")) == set()
    assert missing(ReferralFactory(kind="CPI", content={"how_known": "", "information": "Cars."})) == {
        "how you know",
        "who, what, when, where, how and why",
    }


@pytest.mark.parametrize(
    ("informed", "reason", "expected"),
    [
        ("TOLD_AGREES", "", False),
        ("TOLD_OBJECTS", "", True),
        ("NOT_TOLD_UNSAFE", "He reads her phone.", False),
        ("", "", False),
    ],
)
def test_an_objection_or_silence_needs_its_reason(db, informed, reason, expected):
    referral = ReferralFactory(content={"informed": informed, "informed_reason": reason})

    assert queries.explanation_missing(referral) is expected


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(hours=3, minutes=20), "3 working hours 20 minutes left"),
        (timedelta(hours=1), "1 working hour left"),
        (timedelta(hours=40, minutes=5), "40 working hours left"),
        (timedelta(seconds=30), "less than a minute left"),
        (-timedelta(minutes=1), "Late by 1 minute"),
        (-timedelta(seconds=1), "Late"),
    ],
)
def test_working_time_left_is_said_in_words(left, words):
    assert queries.working_time_in_words(left) == words


def test_the_queue_shows_the_most_urgent_first_and_counts_working_time_only(cast):
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    common = {"author": cast.olu, "submitted_at": NOW - timedelta(days=1)}
    late = ReferralFactory(risk_level=RiskLevel.MEDIUM, due_at=friday - timedelta(hours=1), **common)
    soon = ReferralFactory(risk_level=RiskLevel.MEDIUM, due_at=monday, **common)
    high = ReferralFactory(risk_level=RiskLevel.HIGH, due_at=monday, **common)
    ReferralFactory(author=cast.olu, state="DECIDED")

    waiting = queries.queue(cast.mina, at=friday).order_by(*queries.QUEUE_ORDER)
    rows = queries.queue_rows(list(waiting), at=friday)

    assert [row.referral for row in rows] == [high, late, soon]
    assert [row.left for row in rows] == [timedelta(hours=1), -timedelta(hours=1), timedelta(hours=1)]
    assert [row.is_late for row in rows] == [False, True, False]
    assert list(queries.queue(cast.mina, at=friday, filters={"due": "late"})) == [late]


def test_late_at_night_is_late(cast):
    due = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    referral = ReferralFactory(author=cast.olu, submitted_at=NOW, due_at=due)

    (row,) = queries.queue_rows([referral], at=due + timedelta(hours=5))

    assert row.is_late


def counts(user):
    return {line.title: line.count for line in queries.waiting_for(user, at=NOW) if line.count}


def test_what_waits_is_counted_for_each_person(cast, life):
    life.draft()
    life.submitted()
    shared = life.shared()
    answered = life.shared()
    services.answer_share(share_id=answered.pk, answer_state="ACCEPTED", by=cast.pat, at=NOW)

    assert counts(cast.olu) == {
        "draft to finish": 1,
        "referral answered in the last seven days": 1,
        "of your referrals have news that you have not read": 2,
    }
    assert counts(cast.mina) == {"referral waiting for a decision": 1, "answered referral to close or act on": 1}
    assert counts(cast.pat) == {"referral shared with us that waits for an answer": 1}
    assert counts(cast.ada) == {}
    lines = queries.waiting_for(cast.pat, at=shared.answer_due_at + timedelta(hours=1))
    assert [line.is_late for line in lines if line.count] == [True]


def test_each_line_leads_to_exactly_its_rows(client, cast, life):
    life.submitted()
    late = life.submitted()
    Referral.objects.filter(pk=late.pk).update(submitted_at=NOW - timedelta(days=9), due_at=NOW - timedelta(days=1))
    life.shared()
    done = life.shared()
    services.answer_share(share_id=done.pk, answer_state="ACCEPTED", by=cast.pat, at=NOW)

    def line(user, title) -> Waiting:
        return next(line for line in queries.waiting_for(user, at=NOW) if line.title == title)

    overdue = line(cast.mina, "decision that is late")
    assert overdue.is_late
    assert overdue.count == 1
    queue = type(client)().signed_in(cast.mina).get(overdue.url).context["page"]
    assert late in list(queue)
    to_answer = line(cast.pat, "referral shared with us that waits for an answer")
    assert len(type(client)().signed_in(cast.pat).get(to_answer.url).context["page"].items) == to_answer.count == 1


def test_who_may_do_all_of_some_things_and_who_any_of_them(cast):
    asked = [Permission.RUN_DIP_SAMPLES, Permission.REVIEW_INCIDENTS]

    def people(grants_of):
        return sorted(grants_of(asked, on=NOW.date()).values_list("user__email", flat=True))

    assert people(grants_of_who_may) == ["sam@example.org"]
    assert people(grants_of_who_may_any) == ["rae@example.org", "sam@example.org"]
    User.objects.filter(pk=cast.rae.pk).update(is_active=False)
    assert people(grants_of_who_may_any) == ["sam@example.org"]
