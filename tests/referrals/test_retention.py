"""How long a referral is kept: groups and dates by rule, what a records manager decides, holds, and what the database refuses."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import IntegrityError, transaction

from accounts.models import User
from audit.models import Entry
from common.clock import london_day
from referrals import queries, services
from referrals.enums import (
    GROUP_OF_TYPE,
    RETENTION_MOVES,
    ConcernType,
    CriterionAnswer,
    RetentionCriterion,
    RetentionGroup,
    RetentionMove,
    RetentionState,
    RiskLevel,
    group_by_rule,
)
from referrals.models import LegalHold, PersonMatch, Referral, ReferralLink, RetentionReview
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.people import Cast
from tests.permissions.retention import ended
from tests.races import at_once

CLOSED = datetime(2014, 3, 10, 12, 0, tzinfo=UTC)
DUE_ON = date(2020, 3, 10)
NOW = datetime(2020, 6, 1, 9, 0, tzinfo=UTC)
NO_TO_ALL = {criterion.value: CriterionAnswer.NO.value for criterion in RetentionCriterion}
REASON = "Nothing in it is of use to anybody any more."


@pytest.fixture
def ivo(cast: Cast) -> User:
    """A second records manager of the same hub."""
    ivo: User = UserFactory(name="Ivo Fictitious", agency=cast.police, roles=["INFORMATION_GOVERNANCE"])
    return ivo


def run_nightly(at: datetime) -> None:
    services.schedule_reviews(at=at)
    while services.let_reviews_fall_due(at=at):
        pass


def due_review(cast: Cast, *, at: datetime = NOW, closed: datetime = CLOSED, **given: Any) -> RetentionReview:
    referral = ended(cast, at=closed, **given)
    run_nightly(at)
    return RetentionReview.objects.get(referral=referral)


def propose(review: RetentionReview, by: User, at: datetime = NOW) -> RetentionReview:
    return services.propose_disposal(review_id=review.pk, answers=NO_TO_ALL, reason=REASON, by=by, at=at, also=[])


def hold(review: RetentionReview, by: User, *, at: datetime = NOW, **given: Any) -> LegalHold:
    asked = {"reason": "CIVIL", "words": "Case 3.", "starts_on": london_day(at)} | given
    return services.place_hold(reference=review.referral.reference, **asked, by=by, at=at)


# --- the rule ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("types", "risk", "state", "kind", "group"),
    [
        (["MISSING"], RiskLevel.MEDIUM, "CLOSED", "PPN", 4),
        (["CHILD", "MISSING"], RiskLevel.MEDIUM, "CLOSED", "PPN", 3),
        (["MENTAL_HEALTH"], RiskLevel.HIGH, "CLOSED", "PPN", 2),
        (["DOMESTIC_ABUSE"], RiskLevel.STANDARD, "CLOSED", "PPN", 2),
        (["CHILD", "EXPLOITATION"], RiskLevel.STANDARD, "CLOSED", "PPN", 1),
        (["EXPLOITATION"], RiskLevel.HIGH, "VOID", "PPN", 4),
        ([], None, "CLOSED", "CPI", 4),
    ],
)
def test_the_strictest_of_what_it_is_about_is_its_group(
    types: list[str], risk: Any, state: str, kind: str, group: int
) -> None:
    assert group_by_rule(kind=kind, state=state, types=types, risk=risk) == group


def test_every_type_of_concern_belongs_to_a_group() -> None:
    assert set(GROUP_OF_TYPE) == set(ConcernType)


@pytest.mark.parametrize(("group", "years"), [(1, 10), (2, 10), (3, 6), (4, 6)])
def test_the_clear_period_counts_in_whole_years_from_the_last_contact(group: int, years: int) -> None:
    assert queries.due_by_rule(group, date(2014, 3, 10)) == date(2014 + years, 3, 10)
    assert queries.due_by_rule(group, date(2016, 2, 29)) == (date(2026, 3, 1) if years == 10 else date(2022, 3, 1))


def test_no_setting_makes_it_less_than_six_years(settings: Any) -> None:
    settings.RETENTION_YEARS = {1: 1, 2: 2, 3: 3, 4: 0}

    assert [queries.due_by_rule(group, date(2014, 3, 10)).year for group in RetentionGroup] == [2020] * 4


def test_a_closed_referral_falls_due_on_its_day_and_not_before(cast: Cast) -> None:
    referral = ended(cast, at=CLOSED)

    run_nightly(datetime(2020, 3, 9, 23, 30, tzinfo=UTC))
    (review,) = RetentionReview.objects.all()
    assert (review.state, review.due_on, review.agency) == (RetentionState.SCHEDULED, DUE_ON, cast.police)

    run_nightly(datetime(2020, 3, 10, 0, 30, tzinfo=UTC))
    review.refresh_from_db()
    assert review.state == RetentionState.DUE
    assert Entry.objects.filter(what="retention.fell_due", object_id=str(referral.pk)).count() == 1


def test_what_is_open_and_what_was_never_sent_is_not_reviewed(cast: Cast) -> None:
    ReferralFactory(author=cast.olu, state="RECEIVED")
    ReferralFactory(author=cast.olu, state="DRAFT")

    run_nightly(datetime(2050, 1, 1, tzinfo=UTC))

    assert not RetentionReview.objects.exists()


@pytest.mark.parametrize("way", ["link", "same person"])
def test_a_later_referral_of_the_same_person_starts_the_clear_period_anew(cast: Cast, way: str) -> None:
    earlier, later = ended(cast, at=CLOSED), ended(cast, at=CLOSED + timedelta(days=800))
    if way == "link":
        ReferralLink.objects.create(
            referral=earlier, other=later, kind="RELATED", words="One family.", made_at=CLOSED, made_by=cast.mina
        )
    else:
        one, other = sorted(
            (PersonFactory(referral=earlier), PersonFactory(referral=later)), key=lambda person: person.pk
        )
        PersonMatch.objects.create(
            one=one, other=other, answer="SAME", bits=9, answered_at=CLOSED, answered_by=cast.mina
        )

    services.schedule_reviews(at=NOW)

    last = london_day(CLOSED + timedelta(days=800))
    for referral in (earlier, later):
        assert RetentionReview.objects.get(referral=referral).last_contact_on == last


def test_contact_after_it_was_scheduled_moves_its_day(cast: Cast) -> None:
    referral = ended(cast, at=CLOSED)
    services.schedule_reviews(at=CLOSED)
    again = CLOSED + timedelta(days=400)
    Referral.objects.filter(pk=referral.pk).update(changed_at=again, closed_at=again)

    run_nightly(datetime(2020, 3, 10, 12, 0, tzinfo=UTC))

    review = RetentionReview.objects.get()
    assert (review.state, review.due_on) == (RetentionState.SCHEDULED, queries.due_by_rule(4, london_day(again)))


def test_what_was_reopened_is_scheduled_again_once_it_has_ended(cast: Cast) -> None:
    referral = ended(cast, at=CLOSED)
    services.schedule_reviews(at=CLOSED)
    Referral.objects.filter(pk=referral.pk).update(state="DECIDED", closed_at=None, closed_by=None)

    run_nightly(NOW)

    assert not RetentionReview.objects.exists()


@pytest.mark.parametrize(("born", "is_young"), [(date(2004, 3, 8), True), (date(2004, 3, 7), False)])
def test_a_child_under_ten_when_it_was_sent_is_marked(cast: Cast, born: date, is_young: bool) -> None:
    referral = ended(cast, at=CLOSED)  # sent on 7 March 2014
    PersonFactory(referral=referral, date_of_birth=born)

    services.schedule_reviews(at=NOW)

    assert RetentionReview.objects.get().has_child_under_ten is is_young


def test_scheduling_asks_the_same_number_of_queries_for_one_and_for_many(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    for count in (1, 4):
        for _ in range(count):
            PersonFactory(referral=ended(cast, at=CLOSED))
        with django_assert_num_queries(9):
            assert services.schedule_reviews(at=NOW) == count


@pytest.mark.django_db(transaction=True)
def test_two_clocks_schedule_each_referral_once(cast: Cast) -> None:
    for _ in range(12):
        ended(cast, at=CLOSED)

    counts = at_once(*[lambda: services.schedule_reviews(at=NOW, batch=5)] * 3)
    services.schedule_reviews(at=NOW)

    assert RetentionReview.objects.count() == 12
    assert sum(counts) <= 12


def test_scheduling_in_small_batches_leaves_nobody_out(cast: Cast) -> None:
    for _ in range(7):
        ended(cast, at=CLOSED)

    assert services.schedule_reviews(at=NOW, batch=3) == 7
    assert services.schedule_reviews(at=NOW, batch=3) == 0


# --- what is decided --------------------------------------------------------------------------------------------------


def test_retained_it_is_reviewed_again_by_rule(cast: Cast) -> None:
    review = due_review(cast)

    for _ in range(2):  # a double click
        services.retain_referral(review_id=review.pk, answers=NO_TO_ALL, reason=REASON, by=cast.iggy, at=NOW)

    review.refresh_from_db()
    assert (review.state, review.decided_by, review.next_on) == (RetentionState.RETAINED, cast.iggy, date(2025, 6, 1))
    (following,) = RetentionReview.objects.exclude(pk=review.pk)
    assert (following.state, following.due_on, following.is_repeat) == (
        RetentionState.SCHEDULED,
        date(2025, 6, 1),
        True,
    )
    assert Entry.objects.filter(what="retention.retained").count() == 1


@pytest.mark.parametrize("missing", ["an answer", "a reason"])
def test_a_decision_answers_every_question_and_says_why(cast: Cast, missing: str) -> None:
    review = due_review(cast)
    answers = NO_TO_ALL if missing == "a reason" else dict(list(NO_TO_ALL.items())[1:])
    reason = "Too short." if missing == "a reason" else REASON

    with pytest.raises(services.CannotReviewRetention):
        services.retain_referral(review_id=review.pk, answers=answers, reason=reason, by=cast.iggy, at=NOW)


def test_who_proposed_it_does_not_send_it_back_and_a_second_person_does(cast: Cast, ivo: User) -> None:
    review = propose(due_review(cast), cast.iggy)

    with pytest.raises(services.CannotReviewRetention, match="You proposed this"):
        services.send_back_proposal(review_id=review.pk, reason="No.", by=cast.iggy, at=NOW)
    services.send_back_proposal(review_id=review.pk, reason="A brother is in it.", by=ivo, at=NOW)

    review.refresh_from_db()
    assert (review.state, review.returned, review.decided_by) == (RetentionState.DUE, "A brother is in it.", None)


def test_group_one_is_kept_until_everybody_would_be_a_hundred(cast: Cast) -> None:
    review = due_review(cast, at=datetime(2024, 6, 1, tzinfo=UTC))
    at = datetime(2024, 6, 1, tzinfo=UTC)
    RetentionReview.objects.filter(pk=review.pk).update(group=1, group_by_rule=1, due_on=date(2024, 3, 10))
    person = PersonFactory(referral=review.referral, date_of_birth=date(1930, 1, 1))

    with pytest.raises(services.CannotReviewRetention, match="100 years old"):
        propose(review, cast.iggy, at)

    person.date_of_birth = date(1924, 1, 1)
    person.save()
    assert propose(review, cast.iggy, at).state == RetentionState.PROPOSED


def test_a_group_of_a_later_date_takes_it_out_of_what_is_due(cast: Cast) -> None:
    review = due_review(cast)

    services.regroup_review(review_id=review.pk, group=2, reason="It was violent.", by=cast.iggy, at=NOW)

    review.refresh_from_db()
    assert (review.state, review.group, review.group_by_rule, review.due_on) == (
        RetentionState.SCHEDULED,
        2,
        4,
        date(2024, 3, 10),
    )
    run_nightly(datetime(2024, 3, 11, tzinfo=UTC))
    review.refresh_from_db()
    assert (review.state, review.group) == (RetentionState.DUE, 2), "the clock does not undo what somebody chose"


def test_contact_since_stands_in_the_way(cast: Cast) -> None:
    review = due_review(cast)
    Referral.objects.filter(pk=review.referral_id).update(changed_at=NOW - timedelta(days=30))

    with pytest.raises(services.CannotReviewRetention, match="clear period is not over"):
        propose(review, cast.iggy)


@pytest.mark.parametrize("who", ["olu", "mina", "sam", "ada", "pat", "out"])
def test_nobody_else_reviews_or_holds(cast: Cast, who: str) -> None:
    review, by = due_review(cast), getattr(cast, who)

    with pytest.raises(services.CannotReviewRetention):
        propose(review, by)
    with pytest.raises(services.CannotHold):
        hold(review, by)


def test_a_records_manager_of_another_force_finds_nothing(cast: Cast) -> None:
    review = due_review(cast)
    other = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["INFORMATION_GOVERNANCE"])

    assert not RetentionReview.objects.visible_to(other).exists()
    with pytest.raises(services.CannotReviewRetention):
        propose(review, other)
    with pytest.raises(services.CannotHold, match="no referral of your hub"):
        hold(review, other)


# --- holds ------------------------------------------------------------------------------------------------------------


def test_a_hold_blocks_and_stops_what_is_proposed_until_the_last_is_lifted(cast: Cast, ivo: User) -> None:
    review = propose(due_review(cast), cast.iggy)
    first, second = hold(review, ivo), hold(review, ivo, words="Case 4.")
    assert hold(review, ivo) == first, "a double click places one"

    review.refresh_from_db()
    assert (review.state, review.returned) == (RetentionState.DUE, "A legal hold was placed.")
    for one in (first, second):
        with pytest.raises(services.CannotReviewRetention, match="legal hold stands"):
            propose(review, cast.iggy)
        services.lift_hold(hold_id=one.pk, reason="It is over.", by=cast.iggy, at=NOW)

    assert propose(review, cast.iggy).state == RetentionState.PROPOSED
    first.refresh_from_db()
    assert (first.lifted_by, first.lift_reason) == (cast.iggy, "It is over.")


def test_a_hold_ends_with_its_last_day(cast: Cast) -> None:
    review = due_review(cast)
    hold(review, cast.iggy, ends_on=date(2020, 6, 5))

    with pytest.raises(services.CannotReviewRetention, match="legal hold"):
        propose(review, cast.iggy, datetime(2020, 6, 5, 22, 0, tzinfo=UTC))
    assert propose(review, cast.iggy, datetime(2020, 6, 6, 8, 0, tzinfo=UTC)).state == RetentionState.PROPOSED


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"words": " "}, "words"),
        ({"reason": "BECAUSE"}, "reason"),
        ({"starts_on": date(2020, 6, 2)}, "starts_on"),
        ({"ends_on": date(2020, 5, 31)}, "ends_on"),
    ],
)
def test_a_hold_says_why_and_from_when(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    review = due_review(cast)

    with pytest.raises(services.CannotHold) as refused:
        hold(review, cast.iggy, **wrong)

    assert refused.value.field == field
    assert not LegalHold.objects.exists()


# --- the wall ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("retention_review_is_approved_by_a_second_person", {"state": "APPROVED", "approved_at": NOW, "same": True}),
        ("retention_review_approved_says_who_and_when", {"state": "APPROVED"}),
        ("retention_review_decided_says_who_when_and_why", {"state": "PROPOSED", "reason": "Short."}),
        ("retention_review_retained_has_a_next_date", {"state": "RETAINED"}),
        ("retention_review_other_group_says_who_and_why", {"group": 1}),
        ("retention_review_group_is_1_to_4", {"group": 5, "group_by_rule": 5}),
        ("retention_review_is_not_before_the_least_time", {"due_on": date(2020, 3, 7)}),
    ],
)
def test_the_database_refuses_a_wrong_review(cast: Cast, name: str, wrong: dict[str, Any]) -> None:
    review = propose(due_review(cast), cast.iggy)
    if wrong.pop("same", False):
        wrong["approved_by"] = cast.iggy

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        RetentionReview.objects.filter(pk=review.pk).update(**wrong)


def test_the_database_refuses_a_second_open_review(cast: Cast) -> None:
    review = due_review(cast)
    review.pk = None

    with pytest.raises(IntegrityError, match="retention_review_one_is_open"), transaction.atomic():
        review.save(force_insert=True)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("legal_hold_says_why", {"words": ""}),
        ("legal_hold_ends_after_it_starts", {"ends_on": date(2019, 1, 1)}),
        ("legal_hold_lifted_says_who_when_and_why", {"lifted_at": NOW}),
    ],
)
def test_the_database_refuses_a_wrong_hold(cast: Cast, name: str, wrong: dict[str, Any]) -> None:
    one = hold(due_review(cast), cast.iggy)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        LegalHold.objects.filter(pk=one.pk).update(**wrong)


def test_every_move_leads_where_the_field_says() -> None:
    assert {(move.value, before.value): after.value for (move, before), after in RETENTION_MOVES.items()} == {
        ("FALL_DUE", "SCHEDULED"): "DUE",
        ("REGROUP", "DUE"): "SCHEDULED",
        ("RETAIN", "DUE"): "RETAINED",
        ("PROPOSE", "DUE"): "PROPOSED",
        ("APPROVE", "PROPOSED"): "APPROVED",
        ("SEND_BACK", "PROPOSED"): "DUE",
        ("STOP", "PROPOSED"): "DUE",
        ("STOP", "APPROVED"): "DUE",
    }
    assert {move for move, _before in RETENTION_MOVES} == set(RetentionMove)
    assert configured.RETENTION_YEARS == {1: 10, 2: 10, 3: 6, 4: 6}
