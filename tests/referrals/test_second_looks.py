"""Second looks: drawn by chance, given evenly to who has no part in it, decided on blind, and compared without naming anybody."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from audit.models import Entry
from common.clock import Period
from common.statistics import sampling
from referrals import permissions, queries, services
from referrals.enums import SECOND_LOOK_MOVES, Level, Pathway, SecondLookMove, SecondLookState, next_second_look_state
from referrals.models import Referral, SecondLook, SecondReading, ThresholdDecision
from referrals.queries.second_looks import share_out
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.referrals import ReferralFactory
from tests.people import NOW, make_cast
from tests.races import at_once
from tests.referrals.conftest import REASONS, Life

DAY = NOW.date()
LATER = NOW + timedelta(hours=1)
LOOKS, DRAW = reverse("referrals:second_looks"), reverse("referrals:second_look_draw")
SECRET = "The grandmother moves in tomorrow."


def decided(cast, *, by=None, level=Level.EARLY_HELP, at=NOW, is_current=True, **fields):
    referral = ReferralFactory(**{"author": cast.olu, "hub": cast.police, "state": "DECIDED"} | fields)
    decision(referral, by or cast.sam, level=level, at=at, is_current=is_current)
    return referral


def decision(referral, by, *, level=Level.EARLY_HELP, at=NOW, is_current=True):
    return ThresholdDecision.objects.create(
        referral=referral,
        number=referral.decisions.count() + 1,
        level=level,
        pathway=Pathway.SIGNPOST,
        rationale=SECRET,
        decided_at=at,
        decided_by=by,
        is_current=is_current,
    )


def draw(cast, *people, **asked):
    values = {"start": DAY, "end": DAY, "by": cast.sam, "at": NOW} | asked
    return services.draw_second_look(people=list(people or [cast.mina]), **values)


def record(reading, *, level=Level.EARLY_HELP, pathway=Pathway.SIGNPOST, reason="Help is enough.", by=None, at=LATER):
    return services.record_second_decision(
        reading_id=reading.pk, level=level, pathway=pathway, reason=reason, by=by or reading.reader, at=at
    )


def decider(cast, name="Bea"):
    return UserFactory(name=f"{name} Fictitious", agency=cast.police, roles=["MASH_DECISION_MAKER"])


def lines(user):
    return {line.title: line.count for line in queries.waiting_for(user, at=LATER) if "second" in line.title}


# --- the draw --------------------------------------------------------------------------------------------------------


def test_only_what_the_own_hub_decided_in_the_period_and_what_stands_can_be_drawn(cast):
    known = [decided(cast) for _ in range(3)]
    decided(cast, at=NOW - timedelta(days=2))
    decided(cast, is_current=False)
    decided(cast, state="VOID")
    elsewhere = AgencyFactory(kind="POLICE")
    decided(cast, author=UserFactory(agency=elsewhere), hub=elsewhere)
    ReferralFactory(author=cast.olu, hub=cast.police)

    look = draw(cast, seed="a seed")

    assert {reading.referral for reading in look.readings.all()} == set(known)
    assert look.frame_size == 3
    assert look.frame_digest == sampling.frame_digest(str(one.pk) for one in known)


def test_the_seed_draws_the_same_again_by_anybodys_reckoning(cast):
    known = [decided(cast) for _ in range(8)]

    look = draw(cast, size=3, seed="a seed")

    expected = sampling.draw("a seed", [str(one.pk) for one in known], 3)
    kept = look.readings.order_by("position").values_list("referral", "ticket", "position")
    assert [(str(pk), ticket, position) for pk, ticket, position in kept] == [
        (one.id, one.ticket, one.position) for one in expected
    ]
    again = queries.second_look_frame(cast.police.pk, Period(DAY, DAY), [cast.mina])
    assert queries.frame_facts(again) == (look.frame_size, look.frame_digest)


def test_nobody_gets_what_they_wrote_or_ever_decided_on(cast):
    bea = decider(cast)
    written, superseded = decided(cast, author=cast.mina), decided(cast)
    superseded.decisions.update(is_current=False)
    decision(superseded, cast.sam)
    ThresholdDecision.objects.filter(referral=superseded, is_current=False).update(decided_by=cast.mina)
    by_all = decided(cast, author=cast.mina, by=bea)

    look = draw(cast, cast.mina, bea)

    assert {(one.referral, one.reader) for one in look.readings.all()} == {(written, bea), (superseded, bea)}
    assert by_all.pk not in look.readings.values_list("referral", flat=True)
    assert look.frame_size == 2


@given(counts=st.lists(st.sets(st.integers(0, 4), min_size=1), max_size=25))
def test_each_goes_to_one_who_may_have_it_and_the_same_is_shared_out_the_same_way(counts):
    people = [User(name=f"Fictitious {number}") for number in range(5)]
    may = [[people[number] for number in sorted(free)] for free in counts]

    given_to = share_out(may)

    assert all(to in free for to, free in zip(given_to, may, strict=True))
    assert share_out([free[::-1] for free in may]) == given_to


@given(count=st.integers(0, 30), size=st.integers(1, 6))
def test_where_all_may_have_all_nobody_gets_two_more_than_another(count, size):
    people = [User(name=f"Fictitious {number}") for number in range(size)]

    given_to = share_out([people] * count)

    has = [given_to.count(one) for one in people]
    assert max(has) - min(has) <= 1


@pytest.mark.parametrize("who", ["mina", "olu", "pat", "iggy", "leda"])
def test_only_a_supervisor_of_the_hub_draws(cast, who):
    decided(cast)

    with pytest.raises(services.CannotDrawSecondLook, match="Only a supervisor"):
        draw(cast, by=getattr(cast, who))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"size": 0}, "1 to 60"),
        ({"size": 61}, "1 to 60"),
        ({"start": DAY + timedelta(days=1)}, "comes after its last"),
        ({"seed": "x" * 65}, "at most 64"),
        ({"start": DAY - timedelta(days=9), "end": DAY - timedelta(days=9)}, "Nothing was decided"),
    ],
)
def test_what_cannot_be_drawn_is_said(cast, asked, told):
    decided(cast)

    with pytest.raises(services.CannotDrawSecondLook, match=told):
        draw(cast, **asked)
    assert not SecondLook.objects.exists()


def test_only_who_decides_at_the_hub_takes_part(cast):
    decided(cast)

    for who in (cast.olu, cast.pat):
        with pytest.raises(services.CannotDrawSecondLook, match="who decide at the hub"):
            draw(cast, cast.mina, who)


def test_one_is_open_at_a_time_and_the_same_twice_is_one(cast):
    decided(cast)
    decided(cast)

    assert draw(cast) == draw(cast)
    with pytest.raises(services.CannotDrawSecondLook, match="open second look"):
        draw(cast, size=1)
    assert Entry.objects.filter(what="second_look.drawn").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_draws_at_the_same_moment_are_one():
    cast = make_cast()
    decided(cast)

    first, second = at_once(lambda: draw(cast), lambda: draw(cast))

    assert first == second
    assert SecondReading.objects.count() == 1


# --- deciding again, blind -------------------------------------------------------------------------------------------


def shared_and_answered(cast):
    """A referral with everything after its decision that could leak; Mina decided, Bea decides again."""
    life = Life(cast)
    share = life.shared()
    services.answer_share(
        share_id=share.pk,
        answer_state="REJECTED",
        rejection_reason="BELOW_THRESHOLD",
        words="Ask us never.",
        by=cast.pat,
        at=NOW,
    )
    services.ask_referrer(referral_id=share.referral_id, question="Who had the key?", by=cast.mina, at=NOW)
    return Referral.objects.get(pk=share.referral_id)


def test_who_decides_again_reads_the_content_and_nothing_of_what_was_decided_or_came_after(client, cast):
    referral, bea = shared_and_answered(cast), decider(cast)
    look = draw(cast, bea)
    leaks = [REASONS.strip(), cast.council.name, "Ask us never.", "Who had the key?", cast.mina.name]
    browser = client.signed_in(bea)

    page = unescape(browser.get(look.readings.get().get_absolute_url()).content.decode())
    ordinary = unescape(browser.get(referral.get_absolute_url()).content.decode())

    assert "found alone in a cold flat" in page
    assert [words for words in leaks if words in page] == []
    assert [words for words in leaks if words not in ordinary] == []
    assert " selected>" not in page.split("Your decision")[1].replace('<option value="" selected>', "")


def test_it_stands_as_it_stood_when_it_was_decided_on(client, cast):
    life, bea = Life(cast), decider(cast)
    referral = life.decided()
    services.amend_section(
        referral_id=referral.pk,
        version=referral.version,
        answers={"voice": "She told us of the uncle."},
        concern=None,
        reason="She spoke later.",
        by=cast.olu,
        at=NOW + timedelta(minutes=5),
    )
    look = draw(cast, bea, at=NOW + timedelta(minutes=9))
    browser = client.signed_in(bea)

    assert "the uncle" not in browser.get(look.readings.get().get_absolute_url()).content.decode()
    assert "the uncle" in browser.get(referral.get_absolute_url()).content.decode()


def test_the_read_is_recorded_and_is_no_sight_of_the_decision(client, cast):
    referral = decided(cast)
    reading = draw(cast).readings.get()

    client.signed_in(cast.mina).get(reading.get_absolute_url())

    read = Entry.objects.get(what="referral.read_again")
    assert (read.verb, read.actor_id, read.object_id) == (Verb.READ, str(cast.mina.pk), str(referral.pk))
    assert record(reading).had_seen is False


@pytest.mark.parametrize(("minutes", "had_seen"), [(-5, False), (5, True)])
def test_who_opened_the_referral_since_the_decision_is_recorded_as_having_seen_it(cast, minutes, had_seen):
    referral = decided(cast)
    reading = draw(cast).readings.get()
    read = {"verb": Verb.READ, "what": "referral.read", "subject": referral}
    audit.record(actor=cast.mina, at=NOW + timedelta(minutes=minutes), **read)
    audit.record(actor=cast.sam, at=NOW + timedelta(minutes=5), **read)

    assert record(reading).had_seen is had_seen


def test_nothing_of_it_changes_the_referral(cast):
    referral = decided(cast)
    before = Referral.objects.filter(pk=referral.pk).values().get()

    record(draw(cast).readings.get(), level=Level.SOCIAL_CARE, pathway=Pathway.SECTION_47)

    assert Referral.objects.filter(pk=referral.pk).values().get() == before
    assert referral.decisions.count() == 1


def test_it_keeps_the_threshold_document_of_its_own_day(cast):
    referral = decided(cast)
    document = services.add_threshold_document(
        title="Chart 9", valid_from=DAY, link="https://example.org/", by=cast.sam, at=NOW
    )

    reading = record(draw(cast).readings.get())

    assert (reading.threshold_document, referral.decisions.get().threshold_document) == (document, None)


def test_it_is_recorded_once_and_never_changed(cast):
    decided(cast)
    decided(cast)
    reading = draw(cast).readings.first()
    record(reading)

    assert record(reading).recorded_at == LATER
    with pytest.raises(services.CannotReadAgain, match="not changed afterwards"):
        record(reading, reason="On second thoughts.")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        SecondReading.objects.filter(pk=reading.pk).update(level=4)
    assert Entry.objects.filter(what="second_look.recorded").count() == 1


def test_level_and_pathway_go_together_and_there_is_a_reason(cast):
    decided(cast)
    reading = draw(cast).readings.get()

    with pytest.raises(services.CannotReadAgain, match="goes with level 4"):
        record(reading, level=Level.UNIVERSAL, pathway=Pathway.SECTION_47)
    with pytest.raises(services.CannotReadAgain, match="Give the reason"):
        record(reading, reason="  ")


@pytest.mark.parametrize("who", ["sam", "olu", "pat", "iggy"])
def test_only_who_was_given_it_decides_again(cast, who, monkeypatch):
    decided(cast)
    reading = draw(cast).readings.get()
    by = getattr(cast, who)

    with pytest.raises(services.CannotReadAgain, match="who was given it"):
        record(reading, by=by)

    # The same without the guard: it alone holds them off.
    monkeypatch.setattr(permissions, "can_read_again", lambda user, reading: True)
    assert record(reading, by=by).recorded_at == LATER


def test_who_takes_part_in_it_meanwhile_does_not_decide_again(cast):
    referral = decided(cast)
    reading = draw(cast).readings.get()
    referral.decisions.update(is_current=False)
    decision(referral, cast.mina)

    with pytest.raises(services.CannotReadAgain, match="has no part in it"):
        record(reading)


def test_what_was_withdrawn_since_waits_for_nobody(cast, client):
    referral = decided(cast)
    look = draw(cast)
    Referral.objects.filter(pk=referral.pk).update(state="VOID")

    assert lines(cast.mina)["referrals to decide on a second time"] == 0
    with pytest.raises(services.CannotReadAgain, match="does not wait"):
        record(look.readings.get())
    assert client.signed_in(cast.mina).get(look.readings.get().get_absolute_url()).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_second_decisions_at_the_same_moment_keep_the_first():
    cast = make_cast()
    decided(cast)
    reading = draw(cast).readings.get()

    answers = at_once(
        lambda: record(reading, reason="One."),
        lambda: record(reading, reason="Two."),
        refusal=services.CannotReadAgain,
    )

    kept = SecondReading.objects.get()
    assert sorted(isinstance(one, services.CannotReadAgain) for one in answers) == [False, True]
    assert kept.reason in ("One.", "Two.")


def test_a_faulty_form_comes_back_with_all_that_was_typed(client, cast):
    decided(cast)
    url = draw(cast).readings.get().get_absolute_url()

    answer = client.signed_in(cast.mina).post(
        url, {"level": "1", "pathway": "SECTION_47", "reason": "The lamp was out."}
    )

    assert answer.status_code == 422
    assert "goes with level 4" in answer.content.decode()
    assert "The lamp was out." in answer.content.decode()
    assert '<option value="SECTION_47" selected>' in answer.content.decode()


def test_a_faulty_draw_comes_back_with_all_that_was_typed(client, cast):
    typed = {"start_0": "31", "start_1": "2", "start_2": "2026", "size": "7", "seed": "lantern", "people": ["nobody"]}

    answer = client.signed_in(cast.sam).post(DRAW, typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose people from the list" in page
    assert all(f'value="{words}"' in page for words in ("31", "2026", "7", "lantern"))


def test_from_the_draw_to_the_record_through_the_pages(client, cast):
    decided(cast)
    asked = {"start_0": "20", "start_1": "11", "start_2": "2026", "end_0": "20", "end_1": "11", "end_2": "2026"}
    drawn = client.signed_in(cast.sam).post(DRAW, asked | {"size": "2", "people": [str(cast.mina.pk)]})
    look = SecondLook.objects.get()
    assert drawn.headers["Location"] == look.get_absolute_url()

    mina = type(client)().signed_in(cast.mina)
    (waiting,) = mina.get(LOOKS).context["to_do"]
    given_answers = {"level": "2", "pathway": "EARLY_HELP", "reason": "Help at home."}
    assert mina.post(waiting.get_absolute_url(), given_answers, follow=True).context["to_do"] == []

    results = client.get(look.get_absolute_url()).context["results"]
    assert (results.level.successes, results.pathway.successes, results.level.n) == (1, 0, 1)


# --- results ---------------------------------------------------------------------------------------------------------


def test_the_moves_are_those_of_the_table(cast):
    assert {move for move, _ in SECOND_LOOK_MOVES} == set(SecondLookMove)
    for state in (SecondLookState.COMPLETE, SecondLookState.CLOSED):
        assert [next_second_look_state(move, state) for move in SecondLookMove] == [None, None, None]


def test_the_last_one_ends_it_and_until_then_there_are_no_results(client, cast):
    decided(cast)
    decided(cast)
    look = draw(cast)
    first, last = look.readings.order_by("position")
    record(first, reason="The first of two.")
    browser = client.signed_in(cast.sam)

    before = browser.get(look.get_absolute_url()).content.decode()
    record(last)
    after = browser.get(look.get_absolute_url()).content.decode()

    assert "1 of 2 second decisions" in before
    assert "The first of two." not in before
    assert "The first of two." in after
    look.refresh_from_db()
    assert (look.state, look.ended_by) == (SecondLookState.COMPLETE, cast.mina)


def test_a_supervisor_closes_it_early_with_what_is_recorded(cast):
    decided(cast)
    decided(cast)
    look = draw(cast)
    first, last = look.readings.order_by("position")
    record(first)

    closed = services.close_second_look(look_id=look.pk, by=cast.sam, at=LATER)
    assert services.close_second_look(look_id=look.pk, by=cast.sam, at=LATER + timedelta(days=1)).ended_at == LATER

    assert closed.state == SecondLookState.CLOSED
    with pytest.raises(services.CannotReadAgain, match="does not wait"):
        record(last)
    results = queries.second_look_results(closed, viewer=cast.sam)
    assert (len(results.rows), results.unread) == (1, 1)


@pytest.mark.parametrize("who", ["mina", "olu"])
def test_only_a_supervisor_of_the_hub_closes_it_and_notes_that_they_looked(cast, who, monkeypatch):
    decided(cast, level=Level.UNIVERSAL)
    look = draw(cast)
    reading = record(look.readings.get(), level=Level.SOCIAL_CARE, pathway=Pathway.SECTION_17)
    by = getattr(cast, who)

    with pytest.raises(services.CannotCloseSecondLook, match="Only a supervisor"):
        services.close_second_look(look_id=look.pk, by=by, at=LATER)
    with pytest.raises(services.CannotCloseSecondLook, match="Only a supervisor"):
        services.note_looked_again(reading_id=reading.pk, by=by, at=LATER)

    # The same without the guard: it alone holds off who belongs to the hub.
    monkeypatch.setattr(permissions, "can_run_second_looks", lambda user: True)
    assert services.note_looked_again(reading_id=reading.pk, by=by, at=LATER).looked_by == by


def test_nobody_of_another_agency_closes_it_whatever_they_may_do_there(cast, monkeypatch):
    decided(cast, level=Level.UNIVERSAL)
    look = draw(cast)
    reading = record(look.readings.get(), level=Level.SOCIAL_CARE, pathway=Pathway.SECTION_17)
    monkeypatch.setattr(permissions, "can_run_second_looks", lambda user: True)

    with pytest.raises(services.CannotCloseSecondLook, match="Only a supervisor"):
        services.close_second_look(look_id=look.pk, by=cast.pat, at=LATER)
    with pytest.raises(services.CannotCloseSecondLook, match="Only a supervisor"):
        services.note_looked_again(reading_id=reading.pk, by=cast.pat, at=LATER)


def test_a_supervisor_of_another_force_finds_no_second_look_of_this_hub(cast, client):
    decided(cast, level=Level.UNIVERSAL)
    look = draw(cast)
    reading = record(look.readings.get(), level=Level.SOCIAL_CARE, pathway=Pathway.SECTION_17)
    force = AgencyFactory(name="Another Police (fictitious)", kind="POLICE")
    other = UserFactory(agency=force, roles=["MASH_SUPERVISOR", "MASH_DECISION_MAKER"])

    assert list(queries.second_looks_of(other)) == list(queries.readings_to_look_at(other)) == []
    assert not SecondReading.objects.visible_to(other).exists()
    assert list(queries.readings_to_look_at(cast.sam)) == [reading]
    browser = client.signed_in(other)
    assert browser.get(look.get_absolute_url()).status_code == 404
    assert browser.get(reverse("referrals:second_reading", args=[look.pk, reading.pk])).status_code == 404


def test_figures_over_all_that_was_decided_twice(cast):
    levels = [(1, 1), (2, 2), (2, 3), (3, 3), (1, 3), (4, 4)]
    known = [decided(cast, level=first) for first, _ in levels]
    second = dict(zip((one.pk for one in known), (last for _, last in levels), strict=True))
    look = draw(cast)
    for reading in look.readings.all():
        record(reading, level=second[reading.referral_id])
    results = queries.second_look_results(SecondLook.objects.get(), viewer=cast.sam)

    assert (results.level.successes, results.level.n) == (4, 6)
    assert (results.within_one.successes, results.pathway.successes) == (5, 6)
    assert str(results.kappa) == "0.63"
    assert results.kappa_low < results.kappa < results.kappa_high
    assert not results.is_enough_to_judge
    assert [(one.decision.level, one.level) for one in results.rows][:2] == [(1, 3), (2, 3)]


def test_figures_name_nobody_who_decided(client, cast):
    bea = decider(cast, "Beatrix")
    decided(cast, by=bea)
    look = draw(cast)
    record(look.readings.get())

    page = client.signed_in(cast.sam).get(look.get_absolute_url()).content.decode()

    assert SECRET in page
    assert [name for name in (bea.name, cast.mina.name) if name in page] == []


def test_small_numbers_are_said(client, cast):
    decided(cast)
    look = draw(cast)
    record(look.readings.get())

    page = client.signed_in(cast.sam).get(look.get_absolute_url()).content.decode()

    assert "too few to judge by a figure" in page
    assert "all levels are the same" in page


@pytest.mark.parametrize(("second", "is_told"), [(Level.EARLY_HELP, False), (Level.FAMILY_HELP, True)])
def test_two_levels_higher_is_told_to_the_supervisor_at_once(client, cast, second, is_told):
    decided(cast, level=Level.UNIVERSAL)
    decided(cast)
    look = draw(cast)
    low = look.readings.get(decision__level=1)
    record(low, level=second)

    assert SecondLook.objects.get().is_open
    assert lines(cast.sam)[f"decision{'s' * (not is_told)} put two levels higher by a second look"] == int(is_told)
    assert client.signed_in(cast.sam).get(LOOKS).context["to_look_at"] == [low] * is_told


@pytest.mark.parametrize("how", ["looked", "decided anew"])
def test_it_leaves_the_list_when_somebody_looked_or_the_decision_changes(client, cast, how):
    referral = decided(cast, level=Level.UNIVERSAL)
    reading = record(draw(cast).readings.get(), level=Level.SOCIAL_CARE)
    browser = client.signed_in(cast.sam)
    assert browser.get(LOOKS).context["to_look_at"] == [reading]

    if how == "looked":
        url = reverse("referrals:second_reading_looked", args=[reading.look_id, reading.pk])
        browser.post(url)
        browser.post(url)
        assert Entry.objects.filter(what="second_look.looked_at_again").count() == 1
    else:
        referral.decisions.update(is_current=False)
        decision(referral, cast.sam, level=Level.SOCIAL_CARE)

    assert browser.get(LOOKS).context["to_look_at"] == []


def test_what_was_not_far_higher_is_not_noted_as_looked_at(cast):
    decided(cast)
    reading = record(draw(cast).readings.get())

    with pytest.raises(services.CannotCloseSecondLook, match="not two levels higher"):
        services.note_looked_again(reading_id=reading.pk, by=cast.sam, at=LATER)


def test_reading_both_decisions_is_recorded_for_each_referral(client, cast):
    known = {str(decided(cast).pk) for _ in range(2)}
    look = draw(cast)
    for reading in look.readings.all():
        record(reading)

    client.signed_in(cast.sam).get(look.get_absolute_url())

    assert set(Entry.objects.filter(what="referral.decisions_compared").values_list("object_id", flat=True)) == known


def test_the_home_page_says_what_waits(cast):
    decided(cast)
    assert lines(cast.mina) == {"referrals to decide on a second time": 0}
    draw(cast)

    assert lines(cast.mina) == {"referral to decide on a second time": 1}
    assert lines(cast.pat) == {}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_ask_as_many_questions_for_many_rows(client, cast, django_assert_num_queries, rows):
    for _ in range(rows):
        decided(cast, level=Level.UNIVERSAL)
    look = draw(cast, size=rows)
    for reading in look.readings.all():
        record(reading, level=Level.SOCIAL_CARE)
    for _ in range(rows):
        decided(cast)
    draw(cast, cast.sam, cast.mina, size=2 * rows)
    browser = client.signed_in(cast.sam)
    browser.get(LOOKS)

    with django_assert_num_queries(7):
        assert browser.get(LOOKS).status_code == 200
    with django_assert_num_queries(7):
        assert browser.get(look.get_absolute_url()).status_code == 200


# --- what the database holds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"period_end": DAY - timedelta(days=1)}, "second_look_begins_before_it_ends"),
        ({"frame_size": 0}, "second_look_draws_at_least_one_of_its_frame"),
        ({"size": 0}, "second_look_draws_at_least_one_of_its_frame"),
        ({"state": "CLOSED"}, "second_look_ended_says_who_and_when"),
        ({"ended_at": NOW}, "second_look_ended_says_who_and_when"),
    ],
)
def test_the_database_refuses_a_wrong_second_look(cast, fields, constraint):
    decided(cast)
    look = draw(cast)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SecondLook.objects.filter(pk=look.pk).update(**fields)


def test_the_database_holds_one_open_second_look_of_a_hub(cast):
    decided(cast)
    look = draw(cast)
    look.pk = None

    with pytest.raises(IntegrityError, match="second_look_one_is_open"), transaction.atomic():
        look.save(force_insert=True)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"level": 3}, "second_reading_is_recorded_whole"),
        ({"recorded_at": NOW}, "second_reading_is_recorded_whole"),
        ({"looked_at": NOW}, "second_reading_looked_at_says_who_and_when"),
        ({"position": 1}, "second_reading_numbered_once"),
    ],
)
def test_the_database_refuses_a_wrong_reading(cast, fields, constraint):
    decided(cast)
    decided(cast)
    last = draw(cast).readings.get(position=2)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SecondReading.objects.filter(pk=last.pk).update(**fields)


def test_the_database_holds_a_referral_once_in_a_second_look(cast):
    decided(cast)
    decided(cast)
    first, last = draw(cast).readings.order_by("position")

    with pytest.raises(IntegrityError, match="second_reading_drawn_once"), transaction.atomic():
        SecondReading.objects.filter(pk=last.pk).update(referral=first.referral)
