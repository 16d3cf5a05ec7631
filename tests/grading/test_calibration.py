"""What agencies answered, by the grade that the panel agreed: right counts, n beside everything, small ones hidden."""

import pytest
from django.urls import reverse

from grading.queries.calibration import answers_by_grade
from grading.services import rounds
from referrals.models import ShareAnswer
from tests.factories.accounts import AgencyFactory
from tests.factories.grading import GradingRoundFactory, RemovalFactory, RoundItemFactory
from tests.factories.referrals import ShareFactory
from tests.people import NOW, Cast

ENOUGH = ("ACCEPTED",) * 5


@pytest.fixture
def round(cast):
    return GradingRoundFactory(
        force=cast.police,
        opened_by=cast.sam,
        state="PUBLISHED",
        name="April to June 2026",
        starts_on="2026-04-01",
        ends_on="2026-06-30",
    )


def graded(round, cast: Cast, grade: int, *answers: str, position: int = 1) -> None:
    """A PPN with this agreed grade, shared with one agency for each word: its answers, one after the other."""
    item = RoundItemFactory(round=round, position=position, agreed=grade)
    for words in answers:
        states = words.split(">")
        share = ShareFactory(referral=item.referral, agency=AgencyFactory(), shared_by=cast.mina)
        for number, state in enumerate(states, start=1):
            if state == "WAITING":
                continue
            ShareAnswer.objects.create(
                share=share,
                number=number,
                state=state,
                rejection_reason="DUPLICATE" if state == "REJECTED" else "",
                missing=["CHRONOLOGY"] if state == "FURTHER_WORK" else [],
                words="No." if state != "ACCEPTED" else "",
                due_at=share.answer_due_at,
                answered_at=NOW,
                answered_by=cast.pat,
            )


def figures(user):
    return [
        (row.n, row.accepted.successes, row.rejected.successes, row.reworked.successes, row.is_hidden)
        for row in answers_by_grade(user)
    ]


def test_answers_are_counted_by_the_agreed_grade_the_last_one_of_each_share(cast, round):
    graded(round, cast, 1, "REJECTED", "REJECTED", "REJECTED", "FURTHER_WORK>REJECTED", "FURTHER_WORK>ACCEPTED")
    graded(round, cast, 4, *ENOUGH, "REJECTED", "WAITING", position=2)

    assert figures(cast.sam) == [
        (5, 1, 4, 2, False),
        (0, 0, 0, 0, False),
        (0, 0, 0, 0, False),
        (6, 5, 1, 0, False),
    ]


def test_what_left_the_sample_before_it_was_published_does_not_count(cast):
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="MODERATING")
    graded(round, cast, 1, *ENOUGH)
    graded(round, cast, 4, *ENOUGH, position=2)
    RemovalFactory(item=round.items.get(position=1))
    rounds.publish_round(round_id=round.pk, by=cast.sam, at=NOW)

    assert [row.n for row in answers_by_grade(cast.sam)] == [0, 0, 0, 5]


def test_the_interval_of_a_share_is_wilsons(cast, round):
    graded(round, cast, 3, *ENOUGH, *("REJECTED",) * 5)

    assert answers_by_grade(cast.sam)[2].accepted.interval_in_words == "24% to 76%"


def test_what_is_not_published_of_another_force_or_not_agreed_does_not_count(cast, round):
    elsewhere = GradingRoundFactory(
        force=AgencyFactory(kind="POLICE"), state="PUBLISHED", starts_on="2026-01-01", ends_on="2026-03-31"
    )
    open_one = GradingRoundFactory(
        force=cast.police, opened_by=cast.sam, state="GRADING", starts_on="2025-01-01", ends_on="2025-03-31"
    )
    for other in (elsewhere, open_one):
        graded(other, cast, 2, *ENOUGH)

    assert figures(cast.sam) == [(0, 0, 0, 0, False)] * 4


def test_a_grade_with_few_answers_is_hidden_and_with_one_alone_the_next_smallest(cast, round):
    graded(round, cast, 1, "REJECTED")
    graded(round, cast, 2, *ENOUGH, position=2)
    graded(round, cast, 3, *ENOUGH, "REJECTED", position=3)

    assert figures(cast.sam) == [
        (0, 0, 0, 0, True),
        (0, 0, 0, 0, True),
        (6, 5, 1, 0, False),
        (0, 0, 0, 0, False),
    ]


def test_the_page_of_the_trend_shows_it_with_n_beside_everything(client, cast, round):
    graded(round, cast, 1, "REJECTED")
    graded(round, cast, 2, "REJECTED", position=2)
    graded(round, cast, 3, *ENOUGH, "REJECTED", position=3)

    page = client.signed_in(cast.leda).get(reverse("grading:trend")).content.decode()

    assert "What agencies answered, by grade" in page
    assert "5 (83.3%)" in page
    assert "Too few to show" in page


def test_without_any_answer_the_page_has_no_such_table(client, cast, round):
    graded(round, cast, 3)

    page = client.signed_in(cast.leda).get(reverse("grading:trend")).content.decode()

    assert "What agencies answered, by grade" not in page
