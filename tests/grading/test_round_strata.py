"""A round that is drawn from strata: each has its share, and anybody can show the draw again, with what replaced another."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, connection, transaction

from common.statistics import sampling
from grading.enums import RoundStrata
from grading.models import GradingRound, Removal, RoundItem
from grading.queries.population import frame
from grading.queries.rounds import strata_lines
from grading.services import replacing, rounds
from referrals.models import Referral
from tests.factories.accounts import AreaFactory, TeamFactory
from tests.factories.grading import AssignmentFactory, GradingRoundFactory
from tests.grading.test_redraw import command, withdraw
from tests.grading.test_replacing import item_of, replace, replace_withdrawn
from tests.grading.test_round_population import retype
from tests.grading.test_rounds import open_round, ppns
from tests.people import NOW, Cast
from tests.reading import text_of
from tests.tampering import walls_down

SOON, LATER = NOW + timedelta(minutes=1), NOW + timedelta(hours=2)


def by_types(cast: Cast, **counts: int) -> None:
    for types, count in counts.items():
        ppns(cast, count, types=types.split("__"))


def drawn(cast: Cast, strata: str, *, size: int = 10, seed: str = "seven") -> GradingRound:
    round = open_round(cast, strata=strata, size=size, seed=seed)
    return rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)


def shares(round: GradingRound) -> dict[str, int]:
    return dict(Counter(round.items.standing().values_list("stratum", flat=True)))


def redrawn(cast: Cast, round: GradingRound) -> list[tuple[str, str]]:
    return [(one.id, one.stratum) for one in rounds.redraw_round(round_id=round.pk, by=cast.sam, at=LATER)]


def stored(round: GradingRound) -> list[tuple[str, str]]:
    return [(str(item.referral_id), item.stratum) for item in round.items.order_by("position")]


# --- each has its share


def test_types_have_their_share_and_the_rarest_of_several_counts(cast):
    by_types(cast, CHILD=6, CHILD__DOMESTIC_ABUSE=10, CHILD__DOMESTIC_ABUSE__HATE=4)

    round = drawn(cast, "TYPE")

    assert round.frame_strata == {"CHILD": 6, "DOMESTIC_ABUSE": 10, "HATE": 4}
    assert shares(round) == {"CHILD": 3, "DOMESTIC_ABUSE": 5, "HATE": 2}


def test_of_equally_rare_types_the_first_by_its_code_counts_whatever_the_order_they_were_ticked_in(cast):
    by_types(cast, MISSING__HATE=1, HATE__MISSING=1)

    assert drawn(cast, "TYPE").frame_strata == {"HATE": 2}


@pytest.mark.parametrize("strata", ["DISTRICT", "TEAM", "REFERRER"])
def test_districts_teams_and_kinds_of_referrer_have_their_share(cast, strata):
    south = TeamFactory(agency=cast.police, district=AreaFactory(name="Southham"))
    ppns(cast, 12, referrer_kind="FRONTLINE")
    ppns(cast, 6, team=south, district=south.district, referrer_kind="LINE_MANAGER")
    ppns(cast, 2, team=None, district=None)
    first, second = {
        "DISTRICT": (str(cast.district.pk), str(south.district.pk)),
        "TEAM": (str(cast.response_team.pk), str(south.pk)),
        "REFERRER": ("FRONTLINE", "LINE_MANAGER"),
    }[strata]

    round = drawn(cast, strata)

    assert round.frame_strata == {first: 12, second: 6, "NONE": 2}
    assert shares(round) == {first: 6, second: 3, "NONE": 1}
    assert [line.drawn for line in strata_lines(round)][-1] == 1


def test_a_rare_type_has_one_at_least_where_the_sample_is_large_enough(cast):
    by_types(cast, CHILD=30, HATE=1)

    assert shares(drawn(cast, "TYPE", size=4)) == {"CHILD": 3, "HATE": 1}


def test_a_sample_smaller_than_the_strata_shows_those_without_any(cast):
    by_types(cast, CHILD=3, HATE=2, MISSING=1)

    lines = strata_lines(drawn(cast, "TYPE", size=2))

    assert [(line.label, line.population, line.drawn) for line in lines] == [
        ("Child", 3, 1),
        ("Hate", 2, 1),
        ("Missing", 1, 0),
    ]


def test_a_draw_from_all_alike_has_no_strata(cast):
    ppns(cast, 5)
    round = drawn(cast, "")

    assert (round.frame_strata, shares(round), strata_lines(round)) == ({}, {"": 5}, [])


# --- by anybody, with other tools


def test_postgresql_draws_the_same_from_seed_and_shares_alone(cast):
    """From the table of referrals, by SQL that anybody could write from what the page says."""
    south = AreaFactory(name="Southham")
    ppns(cast, 11)
    ppns(cast, 7, district=south)
    round = drawn(cast, "DISTRICT")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH ticketed AS (
                SELECT id::text, district_id::text AS stratum, encode(
                    sha256(convert_to(%(seed)s || ':' || id, 'UTF8')), 'hex'
                ) AS ticket
                FROM referrals_referral
            ), ranked AS (
                SELECT *, row_number() OVER (PARTITION BY stratum ORDER BY ticket COLLATE "C") AS rank FROM ticketed
            )
            SELECT id, stratum, ticket FROM ranked
            WHERE rank <= CASE stratum WHEN %(south)s THEN 4 ELSE 6 END ORDER BY ticket COLLATE "C"
            """,
            {"seed": "seven", "south": str(south.pk)},
        )
        by_sql = cursor.fetchall()
        cursor.execute(
            """
            SELECT encode(sha256(convert_to(string_agg(line, chr(10) ORDER BY line COLLATE "C"), 'UTF8')), 'hex')
            FROM (SELECT id || ':' || district_id AS line FROM referrals_referral) AS lines
            """
        )
        (digest,) = cursor.fetchone()

    assert [(str(item.referral_id), item.stratum, item.ticket) for item in round.items.order_by("position")] == by_sql
    assert round.frame_digest == digest


def test_the_same_seed_draws_the_same_again_and_the_command_says_from_which_stratum(cast):
    by_types(cast, CHILD=8, HATE=4)
    round = drawn(cast, "TYPE", size=6)

    assert redrawn(cast, round) == stored(round)
    lines = command(round)
    sample = round.items.order_by("position")
    assert lines[:6] == [f"{item.position:3} {item.ticket} {item.referral_id} {item.stratum}" for item in sample]
    assert lines[6] == f"{round}: the same 6 of 12 PPNs come out, in the same order."


def test_it_is_shown_again_after_amendments_and_withdrawals(cast):
    by_types(cast, CHILD=8, HATE=4)
    round = drawn(cast, "TYPE", size=6)
    before = stored(round)
    for item in round.items.filter(stratum="CHILD"):
        retype(cast, item.referral, "HATE", "MISSING", at=SOON)
    outside = Referral.objects.exclude(round_items__round=round).first()
    withdraw(outside, by=cast.sam, at=SOON)
    withdraw(item_of(round, 1).referral, by=cast.sam, at=SOON)

    assert redrawn(cast, round) == before


def test_it_cannot_be_shown_when_ppns_changed_places_behind_everybodys_back(cast):
    """As many in each stratum as before, and the sample itself untouched: the digest alone tells."""
    by_types(cast, CHILD=8, HATE=4)
    round = drawn(cast, "TYPE", size=6)
    left = Referral.objects.exclude(round_items__round=round)
    child, hate = left.filter(types=["CHILD"]).first(), left.filter(types=["HATE"]).first()
    Referral.objects.filter(pk=child.pk).update(types=["HATE"])
    Referral.objects.filter(pk=hate.pk).update(types=["CHILD"])

    with pytest.raises(rounds.CannotRedraw, match="as many PPNs could be drawn, but not the same ones"):
        redrawn(cast, round)


@pytest.mark.parametrize("count", [6, 18])
def test_showing_it_again_costs_the_same_however_many_there_are(cast, count, django_assert_num_queries):
    by_types(cast, CHILD=count, HATE=count)
    round = drawn(cast, "TYPE", size=count)
    replace(cast, item_of(round, 1))

    with django_assert_num_queries(5):
        redrawn(cast, round)


# --- replacing


def test_the_next_of_the_same_stratum_comes_in_its_place(cast):
    by_types(cast, CHILD=12, HATE=6)
    round = drawn(cast, "TYPE", size=6)
    leaving = round.items.filter(stratum="HATE").first()
    population = frame(round, at=round.drawn_at)
    hate = [pk for pk, stratum in population.items() if stratum == "HATE"]
    third = sampling.draw("seven", hate, 3)[2]

    entered = replace(cast, leaving).successor

    assert (str(entered.referral_id), entered.ticket, entered.stratum) == (third.id, third.ticket, "HATE")
    assert entered.position == 7
    assert shares(round) == {"CHILD": 4, "HATE": 2}
    assert redrawn(cast, round) == stored(round)


def test_several_replacements_in_any_order_come_out_again(cast):
    by_types(cast, CHILD=12, HATE=6)
    round = drawn(cast, "TYPE", size=6)
    for item in (*round.items.filter(stratum="HATE"), *round.items.filter(stratum="CHILD")[:2]):
        replace(cast, item)
    replace(cast, item_of(round, 7))

    assert len(stored(round)) == 11
    assert redrawn(cast, round) == stored(round)
    assert len(command(round)) == 13


def test_a_next_one_that_was_withdrawn_is_passed_over_within_the_stratum(cast):
    by_types(cast, CHILD=12, HATE=6)
    round = drawn(cast, "TYPE", size=6)
    leaving = round.items.filter(stratum="HATE").first()
    hate = [pk for pk, stratum in frame(round, at=NOW).items() if stratum == "HATE"]
    third, fourth = sampling.draw("seven", hate, 4)[2:]
    withdraw(Referral.objects.get(pk=third.id), by=cast.sam, at=SOON)

    replace(cast, leaving)

    standing = round.items.standing().filter(stratum="HATE").values_list("referral_id", flat=True)
    assert fourth.id in map(str, standing)
    assert third.id not in map(str, standing)
    assert redrawn(cast, round) == stored(round)


def test_a_used_up_stratum_takes_the_next_of_all_and_the_page_says_so(client, cast):
    by_types(cast, CHILD=12, HATE=1)
    round = drawn(cast, "TYPE", size=4)
    leaving = round.items.get(stratum="HATE")
    taken = {pk for pk, _ in stored(round)}
    rest = [pk for pk in frame(round, at=NOW) if pk not in taken]

    entered = replace(cast, leaving).successor

    assert (str(entered.referral_id), entered.stratum) == (sampling.draw("seven", rest, 1)[0].id, "CHILD")
    assert redrawn(cast, round) == stored(round)
    page = text_of(client.signed_in(cast.sam).get(round.get_absolute_url()))
    assert (
        f"{leaving} was replaced by {entered}, the next of the draw from all strata, because its own was used up"
        in page
    )


def test_when_every_ppn_was_drawn_only_what_was_withdrawn_goes(cast):
    by_types(cast, CHILD=2, HATE=2, MISSING=2)
    round = open_round(cast, strata="TYPE", size=4, filter={"types": ["CHILD", "HATE"]})
    rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)
    round.refresh_from_db()
    with pytest.raises(replacing.CannotReplaceItem, match="Every PPN that the rule allows was drawn already"):
        replace(cast, item_of(round, 1))

    assert replace_withdrawn(cast, item_of(round, 1)).successor is None
    assert redrawn(cast, round) == stored(round)


# --- what does not come out


@pytest.fixture
def replaced(cast) -> GradingRound:
    """Six of eighteen, of which one of the smaller stratum was replaced."""
    by_types(cast, CHILD=12, HATE=6)
    round = drawn(cast, "TYPE", size=6)
    replace(cast, round.items.filter(stratum="HATE").first())
    return round


def does_not_come_out(round: GradingRound, words: str = "does not give the sample") -> None:
    with pytest.raises(CommandError, match=words):
        command(round)


def test_it_comes_out_untouched(replaced):
    assert len(command(replaced)) == 9


def test_another_ppn_of_the_same_stratum_does_not_come_out(replaced):
    taken = replaced.items.values("referral")
    other = Referral.objects.exclude(pk__in=taken).filter(types=["HATE"]).first()
    item = replaced.items.filter(stratum="HATE").last()
    with walls_down(RoundItem):
        RoundItem.objects.filter(pk=item.pk).update(referral=other, ticket=sampling.ticket("seven", str(other.pk)))
    does_not_come_out(replaced)


def test_another_stratum_beside_the_same_ppn_does_not_come_out(replaced):
    with walls_down(RoundItem):
        replaced.items.filter(position=1).update(stratum="MISSING")
    does_not_come_out(replaced)


def test_a_successor_that_came_for_one_of_another_stratum_does_not_come_out(replaced):
    with walls_down(Removal):
        Removal.objects.update(item=replaced.items.filter(stratum="CHILD").first())
    does_not_come_out(replaced)


def test_a_ppn_that_replaced_nothing_does_not_come_out(replaced):
    with walls_down(Removal):
        Removal.objects.all()._raw_delete(using="default")
    does_not_come_out(replaced)


def test_other_sizes_of_the_strata_do_not_come_out(replaced):
    with walls_down(GradingRound):
        GradingRound.objects.update(frame_strata={"CHILD": 13, "HATE": 5})
    does_not_come_out(replaced, "not the same ones, or in other strata")


def test_a_filter_that_was_changed_afterwards_does_not_come_out(replaced):
    with walls_down(GradingRound):
        GradingRound.objects.update(filter={"types": ["CHILD"]})
    does_not_come_out(replaced, "18 PPNs could be drawn then, 12 could be now")


# --- what the database refuses


@pytest.mark.parametrize(
    "fields",
    [
        {"strata": "WEATHER", "state": "PLANNED"},
        {"strata": "TYPE", "state": "PLANNED", "frame_strata": {"CHILD": 3}},
        {"strata": "TYPE", "state": "DRAWN", "frame_strata": {}},
        {"strata": "", "state": "DRAWN", "frame_strata": {"CHILD": 3}},
    ],
    ids=str,
)
def test_the_database_refuses_strata_that_do_not_go_with_the_draw(cast, fields):
    with pytest.raises(IntegrityError, match="strata"), transaction.atomic():
        GradingRoundFactory(force=cast.police, **fields)


def test_the_database_takes_each_kind_of_strata(cast):
    for number, strata in enumerate(RoundStrata.values):
        GradingRoundFactory(
            force=cast.police, state="DRAWN", strata=strata, starts_on=NOW.date() - timedelta(days=400 + number)
        )


# --- what the pages say


def test_who_runs_it_and_the_panel_see_how_it_was_drawn_and_others_no_counts(client, cast):
    by_types(cast, CHILD=12, HATE=6)
    round = drawn(cast, "TYPE", size=6)
    AssignmentFactory(item=item_of(round, 1), grader=cast.pam)
    counts = "Stratum Could be drawn Drawn In the sample now Child 12 4 4 Hate 6 2 2"

    for person, sees in ((cast.sam, True), (cast.pam, True), (cast.leda, False)):
        page = text_of(client.signed_in(person).get(round.get_absolute_url()))
        assert (counts in page) is sees, person
        assert "By type of concern, in proportion, and at least one of each where the sample allows" in page
        assert "A PPN of several types counts once" in page
        assert "Fingerprint of the population, with the stratum of each PPN" in page
        assert cast.olu.name not in page


@pytest.mark.parametrize("strata", [1, 3])
def test_the_page_costs_the_same_however_many_strata(client, cast, strata, django_assert_num_queries):
    for types in ("CHILD", "HATE", "MISSING")[:strata]:
        ppns(cast, 3, types=[types])
    round = drawn(cast, "TYPE", size=6)
    AssignmentFactory(item=item_of(round, 1), grader=cast.pam)
    client.signed_in(cast.pam)

    with django_assert_num_queries(8):
        client.get(round.get_absolute_url())


def test_the_page_that_replaces_a_ppn_says_where_the_next_comes_from(client, cast):
    by_types(cast, CHILD=12, HATE=6)
    round = drawn(cast, "TYPE", size=6)

    page = text_of(client.signed_in(cast.sam).get(item_of(round, 1).replace_url))

    assert "The next PPN of the same draw and the same stratum comes in its place" in page
    assert "If the stratum is used up, the next of all strata comes." in page


# --- rounds of before


def test_rounds_of_before_that_do_not_say_what_was_selected_come_out_again(cast):
    ppns(cast, 6)
    round = drawn(cast, "", size=3)
    with walls_down(GradingRound):
        GradingRound.objects.update(selected_at_opening=None)
    round.refresh_from_db()

    assert (round.filter, round.strata, round.frame_strata) == ({}, "", {})
    assert redrawn(cast, round) == stored(round)
