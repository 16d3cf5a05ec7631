"""Opening a round, drawing it again and again, assigning graders, publishing."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from audit.models import Entry
from common.clock import quarter_of
from common.statistics import sampling
from grading.models import Assignment, GradingRound, RoundItem
from grading.queries.panel import may_judge
from grading.queries.population import frame
from grading.services import grades, moderation, rounds
from referrals.models import Referral
from referrals.queries import parts_taken
from tests.factories.accounts import AgencyFactory, TeamFactory, UserFactory
from tests.factories.grading import GradingRoundFactory
from tests.factories.referrals import SUBMITTED, ReferralFactory
from tests.grading.giving import whole
from tests.people import NOW, Cast, make_cast
from tests.tampering import walls_down

QUARTER = quarter_of(date(2026, 8, 1))


def ppns(cast: Cast, count: int, **fields) -> list[Referral]:
    return ReferralFactory.create_batch(count, author=cast.olu, **fields)


def open_round(cast: Cast, **fields) -> GradingRound:
    return rounds.open_round(**{"quarter": QUARTER, "by": cast.sam, "at": NOW, "seed": "seven"} | fields)


def drawn_round(cast: Cast, *, size: int = 4, population: int = 9) -> GradingRound:
    ppns(cast, population)
    round = open_round(cast, size=size)
    return rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)


def verbs() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("what", flat=True))


def test_open_round_fixes_rule_seed_and_method(cast):
    round = rounds.open_round(quarter=QUARTER, by=cast.sam, at=NOW)

    assert (round.state, round.size, round.name, round.algorithm) == (
        "PLANNED",
        10,
        "July to September 2026",
        sampling.ALGORITHM,
    )
    assert len(round.seed) == 32
    assert round.force == cast.police
    assert verbs() == ["grading.round_opened"]


def test_open_round_twice_for_a_quarter_is_refused(cast):
    open_round(cast)

    with pytest.raises(rounds.CannotOpenRound, match="There is a round for July to September 2026 already"):
        open_round(cast, size=12)


def test_open_round_for_a_quarter_that_has_not_begun_is_refused(cast):
    with pytest.raises(rounds.CannotOpenRound, match="has not begun"):
        open_round(cast, quarter=quarter_of(date(2027, 1, 1)))


@pytest.mark.parametrize("size", [0, 101])
def test_open_round_of_an_impossible_size_is_refused(cast, size):
    with pytest.raises(rounds.CannotOpenRound):
        open_round(cast, size=size)


@pytest.mark.parametrize("name", ["olu", "gail", "pam", "ada", "tess", "out"])
def test_only_a_supervisor_opens_draws_assigns_and_publishes(cast, name):
    person = getattr(cast, name)
    ppns(cast, 3)
    round = open_round(cast)

    with pytest.raises(rounds.CannotOpenRound):
        open_round(cast, by=person, quarter=QUARTER.previous())
    with pytest.raises(rounds.CannotDraw):
        rounds.draw_round(round_id=round.pk, by=person, at=NOW)
    with pytest.raises(rounds.CannotAssign):
        rounds.assign_graders(round_id=round.pk, graders=[cast.gail, cast.pam], by=person, at=NOW)
    with pytest.raises(rounds.CannotPublish):
        rounds.publish_round(round_id=round.pk, by=person, at=NOW)


def test_a_supervisor_of_another_force_does_not_touch_the_round(cast):
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["MASH_SUPERVISOR"])
    ppns(cast, 3)
    round = open_round(cast)

    with pytest.raises(rounds.CannotDraw):
        rounds.draw_round(round_id=round.pk, by=stranger, at=NOW)
    assert not GradingRound.objects.visible_to(stranger).exists()


def test_draw_takes_only_the_forces_ppns_of_the_quarter(cast):
    inside = ppns(cast, 3)
    ppns(cast, 1, kind="CPI")
    ppns(cast, 1, state="DRAFT")
    ppns(cast, 1, submitted_at=QUARTER.starts_at - timedelta(seconds=1))
    ppns(cast, 1, submitted_at=QUARTER.ends_before)
    ReferralFactory()  # of another force
    round = open_round(cast, size=50)

    rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)

    assert {item.referral for item in RoundItem.objects.all()} == set(inside)
    round.refresh_from_db()
    assert (round.frame_size, round.frame_digest) == (3, sampling.frame_digest(str(one.pk) for one in inside))


def test_the_quarter_is_counted_by_the_london_clock(cast):
    last = ppns(cast, 1, submitted_at=datetime(2026, 9, 30, 22, 59, tzinfo=UTC))
    ppns(cast, 1, submitted_at=datetime(2026, 9, 30, 23, 0, tzinfo=UTC))  # 1 October in London

    assert list(frame(open_round(cast), at=NOW)) == [str(last[0].pk)]


def test_the_same_seed_draws_the_same_sample_and_its_tickets_can_be_worked_out(cast):
    population = ppns(cast, 9)
    round = open_round(cast, size=4)
    rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)

    items = list(round.items.order_by("position"))
    by_hand = sorted((sampling.ticket("seven", str(one.pk)), one.pk) for one in population)[:4]
    assert [(item.ticket, item.referral_id) for item in items] == by_hand
    assert [item.position for item in items] == [1, 2, 3, 4]


def test_redraw_gives_what_was_drawn(cast):
    round = drawn_round(cast)

    again = rounds.redraw_round(round_id=round.pk, by=cast.sam, at=NOW)

    assert [one.id for one in again] == [str(item.referral_id) for item in round.items.order_by("position")]
    assert verbs()[-1] == "grading.round_draw_checked"


def test_redraw_holds_when_more_ppns_came_after_the_draw(cast):
    quarter = quarter_of(NOW.date())
    ppns(cast, 5, submitted_at=NOW - timedelta(days=2))
    round = open_round(cast, quarter=quarter, size=3)
    rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)
    ppns(cast, 2, submitted_at=NOW + timedelta(hours=1))

    assert len(rounds.redraw_round(round_id=round.pk, by=cast.sam, at=NOW + timedelta(days=1))) == 3


def test_redraw_of_a_changed_population_is_refused(cast):
    round = drawn_round(cast)
    ppns(cast, 1)

    with pytest.raises(rounds.CannotRedraw, match="9 PPNs could be drawn then, 10 could be now"):
        rounds.redraw_round(round_id=round.pk, by=cast.sam, at=NOW)


def test_redraw_notices_a_sample_that_was_tampered_with(cast):
    round = drawn_round(cast)
    taken = set(round.items.values_list("referral_id", flat=True))
    other = Referral.objects.exclude(pk__in=taken).first()
    with walls_down(RoundItem):
        round.items.filter(position=1).update(referral=other)

    with pytest.raises(rounds.CannotRedraw, match="does not give the sample"):
        rounds.redraw_round(round_id=round.pk, by=cast.sam, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_draw_waits_for_a_ppn_that_is_just_being_submitted():
    """Else it would be in the population afterwards, for it says when it was submitted, and not when that was committed."""
    cast = make_cast()
    ppns(cast, 3)
    round = open_round(cast)
    answers = []

    def draw() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        try:
            answers.append(rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW))
        except OperationalError as error:
            answers.append(type(error.__cause__).__name__)
        finally:
            connection.close()

    with transaction.atomic():
        ppns(cast, 1)
        drawer = threading.Thread(target=draw)
        drawer.start()
        drawer.join(timeout=30)

    assert answers == ["LockNotAvailable"]
    rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)
    assert len(rounds.redraw_round(round_id=round.pk, by=cast.sam, at=NOW)) == 4


def test_draw_twice_is_refused_and_keeps_the_first(cast):
    round = drawn_round(cast)
    before = list(round.items.values_list("referral_id", "position"))

    with pytest.raises(rounds.CannotDraw, match="drawn already"):
        rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)
    assert list(round.items.values_list("referral_id", "position")) == before


def test_draw_from_nothing_is_refused(cast):
    round = open_round(cast)

    with pytest.raises(rounds.CannotDraw, match="nothing to draw"):
        rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)
    round.refresh_from_db()
    assert round.state == "PLANNED"


def test_draw_takes_all_when_there_are_fewer_than_the_size(cast):
    assert drawn_round(cast, size=10, population=3).items.count() == 3


def test_assign_gives_each_ppn_two_graders_one_of_them_a_partner(cast):
    round = drawn_round(cast, size=9, population=9)
    health = UserFactory(roles=["PANEL_MEMBER"])
    police = UserFactory(agency=cast.police, roles=["PANEL_MEMBER"])

    rounds.assign_graders(round_id=round.pk, graders=[cast.gail, cast.pam, health, police], by=cast.sam, at=NOW)

    round.refresh_from_db()
    assert round.state == "GRADING"
    for item in round.items.all():
        agencies = [one.grader.agency for one in item.assignments.all()]
        assert len(agencies) == 2
        assert any(agency != cast.police for agency in agencies)
    loads = sorted(Assignment.objects.of(one).count() for one in (cast.gail, cast.pam, health, police))
    assert loads == [4, 4, 5, 5]


def test_assign_never_gives_a_ppn_to_its_author_team_or_decision_maker(cast):
    author = UserFactory(agency=cast.police, team=cast.response_team, roles=["PANEL_MEMBER"])
    colleague = UserFactory(agency=cast.police, team=cast.response_team, roles=["PANEL_MEMBER"])
    decider = UserFactory(agency=cast.police, roles=["PANEL_MEMBER"])
    referral = ReferralFactory(author=author, state="DECIDED")
    referral.decisions.create(
        number=1, level=3, pathway="FAMILY_HELP", rationale="Because.", decided_at=SUBMITTED, decided_by=decider
    )
    round = open_round(cast)
    rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)

    with pytest.raises(rounds.CannotAssign, match="there are 1 in this panel"):
        rounds.assign_graders(round_id=round.pk, graders=[author, colleague, decider, cast.pam], by=cast.sam, at=NOW)
    rounds.assign_graders(
        round_id=round.pk, graders=[author, colleague, decider, cast.pam, cast.gail], by=cast.sam, at=NOW
    )

    assert {one.grader for one in Assignment.objects.all()} == {cast.pam, cast.gail}


def test_a_grader_who_moved_out_of_the_authors_team_may_grade_but_not_one_of_the_team_it_was_written_in(cast):
    other_team = TeamFactory(agency=cast.police)
    referral = ReferralFactory(author=cast.olu)
    type(cast.olu).objects.filter(pk=cast.olu.pk).update(team=other_team)
    referral = Referral.objects.get(pk=referral.pk)

    then = UserFactory(agency=cast.police, team=cast.response_team)
    now = UserFactory(agency=cast.police, team=other_team)
    elsewhere = UserFactory(agency=cast.police, team=cast.hub_team)

    took_part = parts_taken([referral.pk])[referral.pk]
    able = [may_judge(one, referral, took_part=took_part) for one in (then, now, elsewhere)]
    assert able == [False, False, True]


def test_assign_without_a_partner_is_refused_and_assigns_nothing(cast):
    round = drawn_round(cast)
    police = UserFactory(agency=cast.police, roles=["PANEL_MEMBER"])

    with pytest.raises(rounds.CannotAssign, match="partner agency"):
        rounds.assign_graders(round_id=round.pk, graders=[cast.gail, police], by=cast.sam, at=NOW)
    round.refresh_from_db()
    assert (round.state, Assignment.objects.count()) == ("DRAWN", 0)


def test_another_force_is_no_partner_agency(cast):
    round = drawn_round(cast)
    neighbour = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["PANEL_MEMBER"])

    with pytest.raises(rounds.CannotAssign, match="needs a grader from a partner agency"):
        rounds.assign_graders(round_id=round.pk, graders=[cast.gail, neighbour], by=cast.sam, at=NOW)


def test_assign_somebody_who_may_not_grade_is_refused(cast):
    round = drawn_round(cast)

    with pytest.raises(rounds.CannotAssign, match="Pat Fictitious may not grade"):
        rounds.assign_graders(round_id=round.pk, graders=[cast.gail, cast.pat], by=cast.sam, at=NOW)


def test_assign_fewer_than_two_graders_a_ppn_is_refused(cast):
    round = drawn_round(cast)

    with pytest.raises(rounds.CannotAssign, match="at least 2"):
        rounds.assign_graders(round_id=round.pk, graders=[cast.gail, cast.pam], graders_per_item=1, by=cast.sam, at=NOW)


def test_assign_before_the_draw_or_twice_is_refused(cast):
    panel = [cast.gail, cast.pam]
    planned = open_round(cast, quarter=QUARTER.previous())
    round = drawn_round(cast)
    rounds.assign_graders(round_id=round.pk, graders=panel, by=cast.sam, at=NOW)

    for pk in (planned.pk, round.pk):
        with pytest.raises(rounds.CannotAssign, match="after the sample was drawn"):
            rounds.assign_graders(round_id=pk, graders=panel, by=cast.sam, at=NOW)
    assert Assignment.objects.count() == 8


def finish(cast: Cast, round: GradingRound, *, grade: int = 3) -> None:
    rounds.assign_graders(round_id=round.pk, graders=[cast.gail, cast.pam], by=cast.sam, at=NOW)
    for one in Assignment.objects.filter(item__round=round):
        grades.submit_grade(assignment_id=one.pk, **whole(grade), by=one.grader, at=NOW)


def test_publish_needs_every_agreed_grade(cast):
    round = drawn_round(cast, size=2)
    with pytest.raises(rounds.CannotPublish, match="Not all graders"):
        rounds.publish_round(round_id=round.pk, by=cast.sam, at=NOW)
    finish(cast, round)
    first, second = round.items.all()
    moderation.record_agreed_grade(item_id=first.pk, grade=3, by=cast.sam, at=NOW)
    with pytest.raises(rounds.CannotPublish, match="1 PPN has no agreed grade yet"):
        rounds.publish_round(round_id=round.pk, by=cast.sam, at=NOW)
    moderation.record_agreed_grade(item_id=second.pk, grade=4, reason="Discussed.", by=cast.sam, at=NOW)

    rounds.publish_round(round_id=round.pk, by=cast.sam, at=NOW)
    rounds.publish_round(round_id=round.pk, by=cast.sam, at=NOW + timedelta(days=1))

    round.refresh_from_db()
    assert (round.state, round.published_at, round.published_by) == ("PUBLISHED", NOW, cast.sam)
    assert verbs().count("grading.round_published") == 1


def test_a_change_whose_audit_entry_fails_does_not_happen(cast, monkeypatch):
    ppns(cast, 3)
    round = open_round(cast)

    def broken(**_kwargs):
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr(rounds.audit, "record", broken)
    with pytest.raises(RuntimeError):
        rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)
    round.refresh_from_db()
    assert (round.state, RoundItem.objects.count()) == ("PLANNED", 0)


@pytest.mark.parametrize(
    ("state", "fields"),
    [
        ("PLANNED", {"size": 0}),
        ("PLANNED", {"ends_on": date(2026, 7, 1)}),
        ("PLANNED", {"frame_size": 3}),
        ("DRAWN", {"frame_digest": ""}),
        ("DRAWN", {"drawn_by": None}),
        ("DRAWN", {"assigned_at": NOW}),
        ("GRADING", {"assigned_by": None}),
        ("MODERATING", {"published_at": NOW}),
        ("PUBLISHED", {"published_by": None}),
    ],
)
def test_the_database_refuses_a_round_that_does_not_say_who_and_when(cast, state, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        GradingRoundFactory(state=state, **fields)
