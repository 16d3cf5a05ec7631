"""Operation Encompass: which PPN makes it a duty to tell a school, and by when."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.clock import LONDON, is_working_day
from referrals import queries
from referrals.enums import ConcernType, PersonRole
from referrals.models import DomesticAbuseModule, Referral
from tests.factories.referrals import SUBMITTED, PersonFactory, ReferralFactory

ABUSE = [ConcernType.DOMESTIC_ABUSE]


def required(referral):
    return queries.encompass_required(Referral.objects.get(pk=referral.pk))


@pytest.mark.parametrize("role", [PersonRole.SUBJECT, PersonRole.SIBLING, PersonRole.HOUSEHOLD])
@pytest.mark.django_db
def test_domestic_abuse_with_a_child_named_makes_it_a_duty(role):
    referral = ReferralFactory(types=ABUSE)
    PersonFactory(referral=referral, role=role, estimated_age=17)

    assert required(referral)


@pytest.mark.parametrize(
    ("types", "person"),
    [
        (ABUSE, {"role": PersonRole.SUBJECT, "estimated_age": 18}),
        (ABUSE, {"role": PersonRole.SOURCE_OF_HARM, "estimated_age": 16}),
        (ABUSE, {"role": PersonRole.SUBJECT}),
        ([ConcernType.CHILD], {"role": PersonRole.SUBJECT, "estimated_age": 9}),
    ],
)
@pytest.mark.django_db
def test_without_domestic_abuse_or_without_a_child_it_is_none(types, person):
    referral = ReferralFactory(types=types)
    PersonFactory(referral=referral, **person)

    assert not required(referral)
    assert queries.encompass_due_at(referral) is None


@pytest.mark.parametrize(
    ("children", "expected"), [("NAMED", True), ("NONE", False), ("NOT_KNOWN", False), ("", False)]
)
@pytest.mark.django_db
def test_children_of_either_adult_count_although_nobody_named_them(children, expected):
    referral = ReferralFactory(types=ABUSE)
    DomesticAbuseModule.objects.create(referral=referral, children=children)

    assert required(referral) is expected


@pytest.mark.django_db
def test_a_ticked_concern_for_a_child_counts_and_a_cpi_form_never():
    assert required(ReferralFactory(types=[*ABUSE, ConcernType.CHILD]))
    assert not required(ReferralFactory(kind="CPI", types=[]))


@pytest.mark.django_db
def test_the_children_whose_schools_are_told_are_those_under_18_when_it_happened():
    referral = ReferralFactory(types=ABUSE)
    day = referral.ppn.incident_at.date()
    child = PersonFactory(referral=referral, date_of_birth=day.replace(year=day.year - 18) + timedelta(days=1))
    PersonFactory(referral=referral, date_of_birth=day.replace(year=day.year - 18))
    PersonFactory(referral=referral, role=PersonRole.PROFESSIONAL, estimated_age=17)

    assert queries.encompass_children(referral) == [child]


@pytest.mark.parametrize(
    ("known", "due"),
    [
        # Monday evening, Monday before school, Friday evening, and Thursday before Easter: Friday and Monday are holidays.
        (datetime(2026, 9, 14, 19, 30, tzinfo=UTC), datetime(2026, 9, 15, 7, 30, tzinfo=UTC)),
        (datetime(2026, 9, 14, 7, 29, tzinfo=UTC), datetime(2026, 9, 14, 7, 30, tzinfo=UTC)),
        (datetime(2026, 9, 14, 7, 30, tzinfo=UTC), datetime(2026, 9, 15, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 20, 19, 30, tzinfo=UTC), datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
        (datetime(2026, 4, 2, 19, 30, tzinfo=UTC), datetime(2026, 4, 7, 7, 30, tzinfo=UTC)),
        # School holidays hold nothing up.
        (datetime(2026, 8, 12, 19, 30, tzinfo=UTC), datetime(2026, 8, 13, 7, 30, tzinfo=UTC)),
    ],
)
def test_it_is_due_before_the_next_school_day_begins(known, due):
    assert queries.school_begins_after(known) == due


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 -- the zone is given apart
def test_it_is_due_on_a_weekday_at_half_past_eight_within_five_days_whatever_the_clocks_do(known):
    due = queries.school_begins_after(known)

    local = due.astimezone(LONDON)
    assert known < due <= known + timedelta(days=6)
    assert is_working_day(local.date())
    assert (local.hour, local.minute) == (8, 30)


@pytest.mark.django_db
def test_the_clock_runs_from_the_report_and_without_one_from_the_submission():
    told = ReferralFactory(types=[*ABUSE, ConcernType.CHILD])
    untold = ReferralFactory(types=[*ABUSE, ConcernType.CHILD], content={"reported_at": None})

    assert queries.encompass_due_at(told) == queries.school_begins_after(SUBMITTED - timedelta(hours=3))
    assert queries.encompass_due_at(untold) == queries.school_begins_after(SUBMITTED)


def test_the_check_page_and_the_page_of_the_referral_say_so(client, cast, life):
    draft = life.ready(types=[*ABUSE, ConcernType.CHILD])
    sent = life.submitted(types=[*ABUSE, ConcernType.CHILD])
    other = life.submitted()

    pages = [
        client.signed_in(user).get(address).content.decode()
        for user, address in (
            (cast.olu, f"/referrals/{draft.pk}/check/"),
            (cast.mina, sent.get_absolute_url()),
            (cast.mina, other.get_absolute_url()),
        )
    ]

    assert ["Operation Encompass" in page for page in pages] == [True, True, False]
