"""Drawing a dip sample, drawing it again, publishing it; and what the database refuses."""

import hashlib
import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Entry
from common.clock import Period, two_month_period_of
from common.statistics import picking, sampling
from grading.enums import SampleMove, SampleState, next_sample_state
from grading.models import DipSample, SampledIncident
from grading.queries import dip_samples as queries
from grading.queries import drawing
from grading.services import dip_samples
from referrals.models import Incident
from tests.factories.accounts import AgencyFactory, AreaFactory, UserFactory
from tests.factories.dip_samples import DipSampleFactory, SampledIncidentFactory
from tests.factories.referrals import IncidentFactory
from tests.people import NOW, Cast, make_cast
from tests.tampering import walls_down

PERIOD = two_month_period_of(date(2026, 9, 1))


def incidents(cast: Cast, count: int, **fields: Any) -> list[Incident]:
    return IncidentFactory.create_batch(count, **{"force": cast.police, "district": cast.district} | fields)


def draw(cast: Cast, **fields: Any) -> DipSample:
    return dip_samples.draw_sample(**{"period": PERIOD, "by": cast.sam, "at": NOW, "seed": "seven"} | fields)


def drawn_ids(sample: DipSample) -> list[Any]:
    return list(sample.incidents.in_order().values_list("incident_id", flat=True))


def verbs() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("what", flat=True))


def test_a_draw_keeps_what_is_needed_to_draw_again(cast):
    population = incidents(cast, 40)

    sample = dip_samples.draw_sample(period=PERIOD, by=cast.sam, at=NOW)

    assert (sample.state, sample.size, sample.algorithm, len(sample.seed)) == ("DRAWN", 34, picking.ALGORITHM, 32)
    assert (sample.frame_size, sample.frame_digest) == (40, sampling.frame_digest(str(one.pk) for one in population))
    assert sample.rule["words"].startswith(
        "All incidents of Wessex Vale Police (fictitious) reported in September to October 2026 and imported before the draw"
    )
    assert sample.incidents.count() == 34
    entry = Entry.objects.get(what="grading.dip_sample_drawn")
    assert (entry.object_id, entry.details["frame_size"]) == (str(sample.pk), 40)


def test_the_draw_can_be_worked_out_by_hand(cast):
    listed = sorted(str(one.pk) for one in incidents(cast, 12))

    sample = draw(cast, size=5)

    # The twelve in order; what is left of the SHA-256 of "seven:1" to "seven:5" divided by twelve, and one more.
    by_hand = [(position, UUID(listed[number - 1])) for position, number in enumerate((11, 6, 9, 3, 5), start=1)]
    assert list(sample.incidents.in_order().values_list("position", "incident_id")) == by_hand
    assert sample.incidents.get(position=1).ticket == hashlib.sha256(b"seven:1").hexdigest()


@pytest.mark.parametrize("strata", ["", "KIND"])
@pytest.mark.parametrize("method", [picking, sampling])
def test_either_way_of_drawing_is_the_published_method_and_comes_out_again(cast, monkeypatch, method, strata):
    monkeypatch.setattr(dip_samples.picking, "ALGORITHM", method.ALGORITHM)
    by_kind = incidents_of_kinds(cast, DOMESTIC=20, MISSING=9, OTHER=1)
    everybody = [pk for ids in by_kind.values() for pk in ids]

    sample = draw(cast, size=10, strata=strata)

    published = method.draw_stratified("seven", by_kind, 10) if strata else method.draw("seven", everybody, 10)
    stored = sample.incidents.in_order().values_list("incident_id", "ticket", "position", "stratum")
    assert [(str(pk), *rest) for pk, *rest in stored] == [
        (one.id, one.ticket, one.position, one.stratum) for one in published
    ]
    again = dip_samples.redraw_sample(sample_id=sample.pk, by=cast.sam, at=NOW)
    assert [str(one.incident_id) for one in again] == [one.id for one in published]


def test_a_large_frame_is_passed_over_by_a_cursor_and_the_same_are_drawn(cast, monkeypatch):
    incidents(cast, 30)
    sample = draw(cast, size=12)
    asked = {"frame_size": 30, "algorithm": sample.algorithm, "seed": sample.seed, "size": 12}

    for least in (31, 30):
        monkeypatch.setattr(drawing, "PASSED_OVER_FROM", least)
        with CaptureQueriesContext(connection) as captured:
            drawn = drawing.drawn_incidents(queries.frame(sample.rule, known_at=NOW), **asked)
        assert any("FETCH RELATIVE" in one["sql"] for one in captured) == (least == 30)
        assert [one.incident_id for one in drawn] == list(drawn_ids(sample))


def test_another_seed_draws_others_and_a_larger_sample_begins_with_the_smaller(cast):
    incidents(cast, 30)
    found = {}
    for seed, size in (("seven", 5), ("seven", 9), ("eight", 5)):
        with transaction.atomic():
            found[seed, size] = drawn_ids(draw(cast, seed=seed, size=size))
            transaction.set_rollback(True)

    assert found["seven", 9][:5] == found["seven", 5]
    assert found["eight", 5] != found["seven", 5]


def test_kind_district_and_team_stay_as_they_were_when_it_was_drawn(cast):
    incidents(cast, 1, kind="DOMESTIC", domestic_abuse=True, team=cast.response_team)
    sample = draw(cast)
    Incident.objects.update(kind="OTHER", team=cast.hub_team)

    kept = sample.incidents.values_list("kind", "district", "team")
    assert list(kept) == [("DOMESTIC", cast.district.pk, cast.response_team.pk)]


def test_only_the_forces_incidents_of_the_period_that_the_rule_allows_are_drawn(cast):
    first = incidents(cast, 1, reported_at=datetime(2026, 8, 31, 23, 0, tzinfo=UTC), reported_on=date(2026, 9, 1))
    last = incidents(cast, 1, reported_at=datetime(2026, 10, 31, 23, 59, tzinfo=UTC))
    adult = incidents(cast, 1, child_linked=False, adult_needs=True)
    abuse = incidents(cast, 1, child_linked=False, domestic_abuse=True)
    incidents(cast, 1, reported_at=datetime(2026, 8, 31, 22, 59, tzinfo=UTC))
    incidents(cast, 1, reported_at=datetime(2026, 11, 1, 0, 0, tzinfo=UTC))
    incidents(cast, 1, child_linked=False)
    incidents(cast, 1, imported_at=NOW + timedelta(seconds=1))
    IncidentFactory()  # of another force

    assert set(drawn_ids(draw(cast))) == {one.pk for one in (*first, *last, *adult, *abuse)}


def test_the_rule_may_be_narrower(cast):
    incidents(cast, 3)
    abuse = incidents(cast, 2, child_linked=False, domestic_abuse=True)

    sample = draw(cast, any_of=["domestic_abuse"])

    assert set(drawn_ids(sample)) == {one.pk for one in abuse}
    assert sample.rule["any_of"] == ["domestic_abuse"]
    assert len(dip_samples.redraw_sample(sample_id=sample.pk, by=cast.sam, at=NOW)) == 2


def test_a_sample_takes_all_when_there_are_fewer_than_its_size(cast):
    incidents(cast, 3)
    assert draw(cast).incidents.count() == 3


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"size": 0}, "1 to 500"),
        ({"size": 501}, "1 to 500"),
        ({"any_of": []}, "Say which incidents"),
        ({"any_of": ["summary"]}, "Say which incidents"),
        ({"seed": "s" * 65}, "at most 64"),
        ({"period": two_month_period_of(date(2026, 11, 1))}, "November to December 2026 has not ended yet"),
        ({"period": Period(date(2026, 8, 1), date(2026, 9, 30))}, "January and February, March and April"),
        ({"period": two_month_period_of(date(2026, 5, 1))}, "nothing to draw"),
    ],
)
def test_a_draw_that_cannot_be_right_changes_nothing(cast, fields, message):
    incidents(cast, 3)

    with pytest.raises(dip_samples.CannotDraw, match=message):
        draw(cast, **fields)
    assert not DipSample.objects.exists()


@pytest.mark.parametrize("name", ["olu", "mina", "rae", "gail", "pam", "leda", "ana", "ada", "out"])
def test_only_a_supervisor_draws_checks_and_publishes(cast, name):
    person = getattr(cast, name)
    incidents(cast, 3)
    with pytest.raises(dip_samples.CannotDraw, match="Only a MASH supervisor"):
        draw(cast, by=person)
    sample = draw(cast)

    with pytest.raises(dip_samples.CannotRedraw, match="Only a MASH supervisor"):
        dip_samples.redraw_sample(sample_id=sample.pk, by=person, at=NOW)
    with pytest.raises(dip_samples.CannotPublish, match="Only a MASH supervisor"):
        dip_samples.publish_sample(sample_id=sample.pk, by=person, at=NOW)


def test_a_supervisor_of_another_force_draws_only_their_own(cast):
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["MASH_SUPERVISOR"])
    incidents(cast, 3)
    sample = draw(cast)

    with pytest.raises(dip_samples.CannotRedraw):
        dip_samples.redraw_sample(sample_id=sample.pk, by=stranger, at=NOW)
    with pytest.raises(dip_samples.CannotDraw, match="nothing to draw"):
        draw(cast, by=stranger)
    assert not DipSample.objects.visible_to(stranger).exists()


def test_a_period_is_drawn_once(cast):
    incidents(cast, 5)
    before = drawn_ids(draw(cast))

    with pytest.raises(dip_samples.CannotDraw, match="There is a dip sample of September to October 2026 already"):
        draw(cast, seed="eight")
    assert drawn_ids(DipSample.objects.get()) == before


def test_redraw_gives_the_same_incidents_in_the_same_order_and_changes_nothing(cast):
    incidents(cast, 12)
    sample = draw(cast, size=5)
    before = list(SampledIncident.objects.order_by("pk").values())

    for _ in range(2):
        again = dip_samples.redraw_sample(sample_id=sample.pk, by=cast.sam, at=NOW + timedelta(days=400))
        assert [(one.position, one.incident_id) for one in again] == list(enumerate(drawn_ids(sample), start=1))
    assert list(SampledIncident.objects.order_by("pk").values()) == before
    assert verbs()[-2:] == ["grading.dip_sample_draw_checked"] * 2


def test_redraw_holds_when_more_incidents_of_the_period_are_imported_later(cast):
    incidents(cast, 6)
    sample = draw(cast, size=4)
    incidents(cast, 3, imported_at=NOW + timedelta(minutes=1))

    assert len(dip_samples.redraw_sample(sample_id=sample.pk, by=cast.sam, at=NOW + timedelta(days=1))) == 4


def test_redraw_says_that_the_records_have_changed(cast):
    incidents(cast, 6)
    sample = draw(cast)
    Incident.objects.filter(pk=drawn_ids(sample)[0]).update(child_linked=False)

    with pytest.raises(dip_samples.CannotRedraw, match="6 incidents could be drawn then, 5 could be now"):
        dip_samples.redraw_sample(sample_id=sample.pk, by=cast.sam, at=NOW)


def test_redraw_notices_a_sample_that_was_tampered_with(cast):
    incidents(cast, 6)
    sample = draw(cast, size=3)
    other = Incident.objects.exclude(pk__in=drawn_ids(sample)).first()
    with walls_down(SampledIncident):
        sample.incidents.filter(position=2).update(incident=other)

    with pytest.raises(dip_samples.CannotRedraw, match="does not give the sample"):
        dip_samples.redraw_sample(sample_id=sample.pk, by=cast.sam, at=NOW)


def test_redraw_of_another_method_is_refused(cast):
    incidents(cast, 2)
    sample = draw(cast)
    with walls_down(DipSample):
        DipSample.objects.update(algorithm="dice")

    with pytest.raises(dip_samples.CannotRedraw, match="another method"):
        dip_samples.redraw_sample(sample_id=sample.pk, by=cast.sam, at=NOW)


def test_a_draw_fetches_the_drawn_and_not_the_frame(cast, django_assert_num_queries):
    incidents(cast, 30)

    with django_assert_num_queries(10) as captured:
        draw(cast, size=2)
    # Of a statement that the connection has prepared the words are not written down again.
    said = [one["sql"] or "" for one in captured]
    asked = [sql for sql in said if "SELECT" in sql and 'FROM "referrals_incident"' in sql]
    # The fingerprint, and the two by their numbers.
    assert [("string_agg" in sql, "ROW_NUMBER()" in sql) for sql in asked] == [(True, False), (False, True)]


def test_publish_needs_every_review_and_is_done_once(cast):
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam)
    SampledIncidentFactory(sample=sample, position=1)
    with pytest.raises(dip_samples.CannotPublish, match="2 reviews are not in yet"):
        dip_samples.publish_sample(sample_id=sample.pk, by=cast.sam, at=NOW)
    DipSample.objects.update(state="REVIEWED", reviewed_at=NOW)

    dip_samples.publish_sample(sample_id=sample.pk, by=cast.sam, at=NOW)
    dip_samples.publish_sample(sample_id=sample.pk, by=cast.sam, at=NOW + timedelta(days=1))

    sample.refresh_from_db()
    assert (sample.state, sample.published_at, sample.published_by) == ("PUBLISHED", NOW, cast.sam)
    assert verbs().count("grading.dip_sample_published") == 1


def test_no_move_leads_out_of_published():
    assert [next_sample_state(move, SampleState.PUBLISHED) for move in SampleMove] == [None] * len(SampleMove)


def test_a_draw_whose_audit_entry_fails_does_not_happen(cast, monkeypatch):
    incidents(cast, 3)

    def broken(**_kwargs: Any) -> None:
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr(dip_samples.audit, "record", broken)
    with pytest.raises(RuntimeError):
        draw(cast)
    assert (DipSample.objects.count(), SampledIncident.objects.count()) == (0, 0)


def test_one_in_ten_is_reviewed_twice_and_the_seed_says_which(cast):
    sample = DipSampleFactory(force=cast.police, seed="seven")
    for position in range(1, 22):
        SampledIncidentFactory(sample=sample, position=position)

    chosen = queries.reviewed_twice(sample)

    assert len(chosen) == 3
    assert queries.reviewed_twice(DipSample.objects.get()) == chosen
    sample.seed = "eight"
    assert queries.reviewed_twice(sample) != chosen


def test_the_periods_offered_have_ended_and_have_no_sample(cast):
    DipSampleFactory(force=cast.police, period_start=date(2026, 7, 1), period_end=date(2026, 8, 31))

    offered = [period.label for period in queries.periods_to_draw(cast.police, today=date(2026, 11, 20))]

    assert offered == [
        "September to October 2026",
        "May to June 2026",
        "March to April 2026",
        "January to February 2026",
        "November to December 2025",
    ]


def test_help_with_size_counts_what_the_usual_rule_allows(cast, django_assert_num_queries):
    incidents(cast, 60)
    incidents(cast, 5, child_linked=False)
    incidents(cast, 2, reported_at=datetime(2026, 7, 3, 12, 0, tzinfo=UTC))
    periods = [PERIOD, two_month_period_of(date(2026, 7, 1))]

    with django_assert_num_queries(1):
        help_lines = queries.help_with_size(cast.police, periods, size=34, at=NOW)

    assert [(line.population, line.size) for line in help_lines] == [(60, 34), (2, 2)]
    # N = 60 at 5 points: 53, the worked example.
    assert help_lines[0].needed[-1] == (5, 53)
    assert help_lines[0].margin == pytest.approx(11.2, abs=0.05)


# --- drawn from strata ----------------------------------------------------------------------------------------------------


def incidents_of_kinds(cast: Cast, **counts: int) -> dict[str, list[str]]:
    """The ids of so many incidents of each kind."""
    return {kind: [str(one.pk) for one in incidents(cast, count, kind=kind)] for kind, count in counts.items()}


def test_a_draw_from_strata_gives_each_its_share(cast):
    by_kind = incidents_of_kinds(cast, DOMESTIC=20, MISSING=9, OTHER=1)

    sample = draw(cast, size=10, strata="KIND")

    assert Counter(sample.incidents.values_list("stratum", flat=True)) == {"DOMESTIC": 6, "MISSING": 3, "OTHER": 1}
    assert (sample.strata, sample.algorithm) == ("KIND", picking.ALGORITHM)
    assert sample.rule["words"].endswith("; drawn by kind of incident in proportion")
    lines = [f"{pk}:{kind}" for kind, ids in by_kind.items() for pk in ids]
    assert sample.frame_digest == sampling.frame_digest(lines)


@pytest.mark.parametrize("strata", ["DISTRICT", "TEAM"])
def test_districts_and_teams_are_strata_too_and_no_team_is_one(cast, strata):
    other = AreaFactory()
    incidents(cast, 6, team=cast.response_team)
    incidents(cast, 3, district=other, team=None)

    sample = draw(cast, size=3, strata=strata)

    expected = {
        "DISTRICT": {str(cast.district.pk): 2, str(other.pk): 1},
        "TEAM": {str(cast.response_team.pk): 2, "NONE": 1},
    }
    assert Counter(sample.incidents.values_list("stratum", flat=True)) == expected[strata]


def test_a_draw_from_strata_can_be_drawn_again(cast):
    incidents_of_kinds(cast, DOMESTIC=20, MISSING=9)
    sample = draw(cast, size=7, strata="KIND")

    again = dip_samples.redraw_sample(sample_id=sample.pk, by=cast.sam, at=NOW)

    assert [(one.incident_id, one.stratum) for one in again] == list(
        sample.incidents.in_order().values_list("incident_id", "stratum")
    )


def test_an_incident_that_went_to_another_stratum_since_is_noticed(cast):
    incidents_of_kinds(cast, DOMESTIC=8, MISSING=8)
    sample = draw(cast, size=6, strata="KIND")
    one, other = Incident.objects.filter(kind="DOMESTIC")[0], Incident.objects.filter(kind="MISSING")[0]
    Incident.objects.filter(pk=one.pk).update(kind="MISSING")
    Incident.objects.filter(pk=other.pk).update(kind="DOMESTIC")

    with pytest.raises(dip_samples.CannotRedraw, match="records have changed"):
        dip_samples.redraw_sample(sample_id=sample.pk, by=cast.sam, at=NOW)


def test_unknown_strata_are_refused_by_the_service_and_by_the_database(cast):
    incidents(cast, 3)

    with pytest.raises(dip_samples.CannotDraw, match="in proportion"):
        draw(cast, strata="WEATHER")
    with pytest.raises(IntegrityError, match="dip_sample_strata_are_known"), transaction.atomic():
        DipSampleFactory(strata="WEATHER")


@pytest.mark.parametrize("kinds", [("DOMESTIC",), ("DOMESTIC", "MISSING", "OTHER")])
def test_a_draw_from_strata_costs_the_same_however_many_there_are(cast, kinds, django_assert_num_queries):
    incidents_of_kinds(cast, **dict.fromkeys(kinds, 4))
    with django_assert_num_queries(11):
        draw(cast, size=3, strata="KIND")


def test_the_command_prints_the_same_ids_again(cast):
    incidents_of_kinds(cast, DOMESTIC=8, MISSING=4)
    sample = draw(cast, size=6, strata="KIND")
    out = StringIO()

    call_command("redraw_sample", str(sample.pk), "--by", "sam@example.org", stdout=out)

    *lines, last = out.getvalue().splitlines()
    assert lines == [
        f"{one.position} {one.incident_id} {one.ticket} {one.stratum}" for one in sample.incidents.in_order()
    ]
    assert last == "The same 6 incidents come out, in the same order: September to October 2026."
    for arguments, message in (
        ((str(sample.pk), "--by", "nobody@example.org"), "Nobody here signs in"),
        ((str(DipSampleFactory().pk), "--by", "sam@example.org"), "no such dip sample"),
        ((str(sample.pk), "--by", "rae@example.org"), "Only a MASH supervisor"),
    ):
        with pytest.raises(CommandError, match=message):
            call_command("redraw_sample", *arguments, stdout=StringIO())


# --- the command ----------------------------------------------------------------------------------------------------------


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("draw_dip_sample", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def last_period() -> Period:
    return queries.last_period_before(timezone.localdate())


def test_the_command_draws_the_last_period_that_has_ended(cast, last_period):
    incidents(cast, 40, reported_at=last_period.starts_at + timedelta(days=3))

    said = command("--by", "sam@example.org", "--seed", "seven", "--size", "12")

    sample = DipSample.objects.get()
    assert (sample.period, sample.drawn_by, sample.incidents.count()) == (last_period, cast.sam, 12)
    assert said.splitlines() == [
        f"Drawing from the incidents of {last_period.label}…",
        f"Dip sample of {last_period.label}: 12 drawn from 40 incidents.",
        f"Seed seven, frame {sample.frame_digest}",
    ]


def test_the_command_takes_either_month_of_a_period(cast):
    incidents(cast, 2, reported_at=datetime(2025, 3, 3, 12, 0, tzinfo=UTC))

    command("--by", "SAM@example.org", "--period", "2025-04")

    assert DipSample.objects.get().period.label == "March to April 2025"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--by", "nobody@example.org"], "Nobody here signs in"),
        (["--by", "olu@example.org"], "Only a MASH supervisor"),
        (["--by", "sam@example.org", "--period", "2026-13"], "2026-13 is not a month"),
        (["--by", "sam@example.org", "--period", "2099-01"], "has not ended yet"),
        (["--by", "sam@example.org", "--size", "0"], "1 to 500"),
        (["--by", "sam@example.org", "--period", "2020-01"], "nothing to draw"),
        ([], "--by"),
    ],
)
def test_the_command_fails_and_changes_nothing(cast, arguments, message):
    incidents(cast, 3)

    with pytest.raises(CommandError, match=message):
        command(*arguments)
    assert not DipSample.objects.exists()


# --- at the same moment ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_draws_at_the_same_moment_make_one_sample():
    cast = make_cast()
    incidents(cast, 5)
    together, refusals, failures = threading.Barrier(2), [], []

    def try_to_draw(seed: str) -> None:
        try:
            together.wait(timeout=10)
            draw(cast, seed=seed)
        except dip_samples.CannotDraw as error:
            refusals.append(str(error))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_to_draw, args=(seed,)) for seed in ("seven", "eight")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert failures == []
    assert refusals == ["There is a dip sample of September to October 2026 already."]
    assert (DipSample.objects.count(), SampledIncident.objects.count()) == (1, 5)


# --- what the database refuses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"period_end": date(2026, 7, 1)}, "dip_sample_begins_before_it_ends"),
        ({"size": 0}, "dip_sample_draws_at_least_one_of_its_frame"),
        ({"frame_size": 0}, "dip_sample_draws_at_least_one_of_its_frame"),
        ({"reviewed_at": NOW}, "dip_sample_all_reviewed_says_when"),
        ({"state": "REVIEWED", "reviewed_at": None}, "dip_sample_all_reviewed_says_when"),
        ({"published_at": NOW}, "dip_sample_published_says_who_and_when"),
        ({"state": "PUBLISHED", "published_by": None}, "dip_sample_published_says_who_and_when"),
    ],
)
def test_the_database_refuses_a_sample_that_contradicts_itself(db, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        DipSampleFactory(**fields)


def test_the_database_refuses_a_second_sample_of_the_same_days(db):
    sample = DipSampleFactory()
    with pytest.raises(IntegrityError, match="dip_sample_one_per_period"), transaction.atomic():
        DipSampleFactory(force=sample.force)
    overlapping = {"period_start": date(2026, 8, 31), "period_end": date(2026, 10, 31)}
    with pytest.raises(IntegrityError, match="dip_sample_periods_do_not_overlap"), transaction.atomic():
        DipSampleFactory(force=sample.force, **overlapping)

    DipSampleFactory(force=sample.force, period_start=date(2026, 9, 1), period_end=date(2026, 10, 31))
    DipSampleFactory()


def test_the_database_refuses_an_incident_or_a_position_twice_in_a_sample(db):
    sampled = SampledIncidentFactory()
    with pytest.raises(IntegrityError, match="sampled_incident_drawn_once"), transaction.atomic():
        SampledIncidentFactory(sample=sampled.sample, incident=sampled.incident)
    with pytest.raises(IntegrityError, match="sampled_incident_numbered_once"), transaction.atomic():
        SampledIncidentFactory(sample=sampled.sample, position=sampled.position)
