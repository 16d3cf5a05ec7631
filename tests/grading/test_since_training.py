"""Grades before and after training: what counts on which side, how sure the difference is, and who may read what."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from grading.models import GradingRound
from grading.queries.since_training import SinceTraining, graded_ppns, modules_offered, since_training
from tests.factories.accounts import UserFactory
from tests.factories.grading import GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.factories.training import ModuleVersionFactory, TrainingRecordFactory
from tests.people import Cast
from tests.reading import text_of

DONE = date(2026, 5, 10)
BEFORE, SAME_DAY, AFTER = (datetime(2026, 5, day, 9, tzinfo=UTC) for day in (9, 10, 11))


@pytest.fixture
def round(cast) -> GradingRound:
    return GradingRoundFactory(
        force=cast.police,
        opened_by=cast.sam,
        state="PUBLISHED",
        starts_on=date(2026, 4, 1),
        ends_on=date(2026, 6, 30),
    )


@pytest.fixture
def version(cast):
    return ModuleVersionFactory(module__force=cast.police, module__title="Voice of the child")


def writer(cast: Cast, version=None, *, state: str = "COMPLETE", done_on: date = DONE):
    person = UserFactory(agency=cast.police, roles=["OFFICER"])
    if version is not None:
        TrainingRecordFactory(person=person, module_version=version, state=state, done_on=done_on)
    return person


def sent(round: GradingRound, author, at: datetime, *grades: int) -> None:
    for grade in grades:
        RoundItemFactory(round=round, referral=ReferralFactory(author=author, submitted_at=at), agreed=grade)


def found_by(user, **asked) -> SinceTraining:
    found = since_training(user, graded_ppns(user), **asked)
    assert found is not None
    return found


def test_a_ppn_counts_as_after_from_the_day_that_follows_the_training(cast, round, version):
    trained = writer(cast, version)
    sent(round, trained, BEFORE, 1)
    sent(round, trained, SAME_DAY, 2)
    sent(round, trained, AFTER, 4)
    sent(round, writer(cast), AFTER, 3)

    found = found_by(cast.sam)

    assert [side.summary.counts for side in found.sides] == [(1, 1, 0, 0), (0, 0, 0, 1), (0, 0, 1, 0)]
    assert (found.by, found.direction, found.trained) == (Decimal("2.50"), "higher", 1)
    assert found.difference.interval is None, "one person shows no spread"


def test_training_counts_once_both_have_signed(cast, round, version):
    sent(round, writer(cast, version, state="MENTOR_SIGNED"), AFTER, 4)

    found = found_by(cast.sam)

    assert (found.after.n, found.others.n) == (0, 1)
    assert found.direction == ""


def test_the_first_time_counts_where_somebody_did_it_again(cast, round, version):
    person = writer(cast, version)
    TrainingRecordFactory(person=person, module_version=version, state="COMPLETE", done_on=date(2026, 6, 1))
    sent(round, person, AFTER, 4)

    assert found_by(cast.sam).after.n == 1


def test_one_module_may_be_chosen_by_who_runs_grading(cast, round, version):
    other = ModuleVersionFactory(module__force=cast.police, module__title="Adults at risk")
    ModuleVersionFactory(module__force=cast.police, module__title="Nobody did this")
    sent(round, writer(cast, version), AFTER, 4)
    sent(round, writer(cast, other), AFTER, 3)

    assert [module.title for module in modules_offered(cast.sam, graded_ppns(cast.sam))] == [
        "Adults at risk",
        "Voice of the child",
    ]
    chosen = found_by(cast.sam, module_id=version.module_id)
    assert [side.summary.counts for side in chosen.sides] == [(0, 0, 0, 0), (0, 0, 0, 1), (0, 0, 1, 0)]
    assert modules_offered(cast.leda, graded_ppns(cast.leda)) == []


def test_only_published_rounds_and_what_counts_in_them(cast, version):
    person = writer(cast, version)
    sent(GradingRoundFactory(force=cast.police, state="MODERATING"), person, AFTER, 4)

    assert found_by(cast.sam).trained == 0


def test_the_interval_of_the_difference_draws_people_and_not_ppns(cast, round, version):
    """Two people, one of whom writes a lot: a second draw may hold the one or the other twice, and nothing else."""
    steady, many = writer(cast, version), writer(cast, version)
    for person, after in ((steady, (3,)), (many, (4,) * 6)):
        sent(round, person, BEFORE, 2)
        sent(round, person, AFTER, *after)

    interval = found_by(cast.sam).difference.interval

    assert interval is not None
    assert (interval.low, interval.high) == (1.0, 2.0)


def test_one_person_on_a_side_shows_no_spread(cast, round, version):
    first, second = writer(cast, version), writer(cast, version)
    sent(round, first, BEFORE, 1, 2)
    for person in (first, second):
        sent(round, person, AFTER, 3, 4)

    difference = found_by(cast.sam).difference

    assert (difference.value, difference.interval) == (2, None)


@pytest.mark.parametrize(("writers", "each", "is_shown"), [(5, 1, True), (4, 2, False), (1, 6, False)])
def test_readers_see_no_figures_of_few_people(cast, round, version, writers, each, is_shown):
    for _ in range(5):
        person = writer(cast, version)
        sent(round, person, BEFORE, 2)
        sent(round, person, AFTER, 3)
    for _ in range(writers):
        sent(round, writer(cast), AFTER, *[3] * each)

    assert (since_training(cast.leda, graded_ppns(cast.leda)) is not None) is is_shown
    assert since_training(cast.sam, graded_ppns(cast.sam)) is not None


def test_the_page_says_that_it_shows_no_cause(client, cast, round, version):
    for _ in range(5):
        person = writer(cast, version)
        sent(round, person, BEFORE, 2)
        sent(round, person, AFTER, 3)

    page = text_of(client.signed_in(cast.leda).get(reverse("grading:since_training")))

    assert "What goes together, not what comes from what." in page
    assert "After the training the mean is 1.00 higher, over 5 people with the training." in page
    assert "Since which module" not in page


def test_a_module_that_is_not_offered_is_refused_beside_the_question(client, cast, round, version):
    sent(round, writer(cast, version), AFTER, 4)
    url = reverse("grading:since_training")

    assert client.signed_in(cast.sam).get(url, {"module": str(version.module_id)}).status_code == 200
    answer = client.get(url, {"module": "something else"})
    assert answer.status_code == 422
    assert "Choose from the list" in text_of(answer)
    assert client.signed_in(cast.leda).get(url, {"module": str(version.module_id)}).status_code == 422


@pytest.mark.parametrize("people", [1, 6])
def test_the_page_asks_as_many_questions_however_many_people_there_are(
    client, cast, round, version, people, django_assert_num_queries
):
    for _ in range(people):
        sent(round, writer(cast, version), AFTER, 4)
    client.signed_in(cast.sam)
    client.get(reverse("grading:since_training"))

    with django_assert_num_queries(8):
        client.get(reverse("grading:since_training"))
