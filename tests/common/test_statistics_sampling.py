import hashlib
from collections import Counter
from itertools import combinations
from math import sqrt

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from common.statistics.sampling import (
    ALGORITHM,
    TICKET_SQL,
    FrameDigest,
    allocate,
    by_ticket,
    draw,
    draw_replacement,
    draw_stratified,
    draw_stratified_replacement,
    frame_digest,
    ticket,
    ticket_expression,
)

pytestmark = pytest.mark.each_postgres

FRAME = [f"incident-{number}" for number in range(1, 13)]

frames = st.sets(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=12), max_size=30)
seeds = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20)
stratum_sizes = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60), min_size=1)


def test_the_way_of_drawing_has_a_name_that_is_stored():
    assert ALGORITHM == "sha256-rank-1"


def test_a_ticket_is_the_digest_of_seed_and_id():
    assert ticket("spring", "incident-1") == hashlib.sha256(b"spring:incident-1").hexdigest()
    assert ticket("spring", "incident-1") == "997a8fddc48ed2ef999412b4aca8245f93c2165e43443a69b23a3a6291803ce9"


def test_a_draw_stays_the_same_for_ever():
    assert [drawn.id for drawn in draw("2026-Q4", FRAME, 5)] == [
        "incident-9",
        "incident-6",
        "incident-12",
        "incident-3",
        "incident-1",
    ]
    assert frame_digest(FRAME) == "d0c26c92031ce760b854b1e4bebf995f42486aa73eeab6c5286514f90b5a3a00"


def test_a_stratified_draw_stays_the_same_for_ever():
    frame = {"north": FRAME[:7], "south": FRAME[7:11], "west": FRAME[11:]}

    drawn = draw_stratified("2026-Q4", frame, 5)

    assert [(one.id, one.stratum, one.position, one.rank) for one in drawn] == [
        ("incident-9", "south", 1, 1),
        ("incident-6", "north", 2, 1),
        ("incident-12", "west", 3, 1),
        ("incident-3", "north", 4, 2),
        ("incident-1", "north", 5, 3),
    ]


def test_another_seed_draws_others():
    assert [one.id for one in draw("2026-Q4", FRAME, 5)] != [one.id for one in draw("2027-Q1", FRAME, 5)]


def test_a_draw_does_not_depend_on_the_order_of_the_frame_or_on_repeats():
    assert draw("s", reversed(FRAME + FRAME), 5) == draw("s", FRAME, 5)
    assert frame_digest(reversed(FRAME + FRAME)) == frame_digest(FRAME)
    assert frame_digest(FRAME) != frame_digest(FRAME[1:])


def test_a_draw_larger_than_the_frame_takes_all():
    assert {one.id for one in draw("s", FRAME, 100)} == set(FRAME)
    assert draw("s", [], 5) == []


def test_a_draw_has_no_negative_size():
    with pytest.raises(ValueError, match="negative"):
        draw("s", FRAME, -1)
    with pytest.raises(ValueError, match="negative"):
        allocate({"a": 1}, -1)


def test_a_replacement_is_the_next_of_the_same_order():
    first_five = [one.id for one in draw("s", FRAME, 5)]
    sixth = draw("s", FRAME, 6)[5]

    assert draw_replacement("s", FRAME, first_five) == sixth
    assert draw_replacement("s", FRAME, FRAME) is None


@given(seed=seeds, frame=frames, size=st.integers(0, 40))
def test_a_larger_draw_begins_with_the_smaller_one(seed, frame, size):
    drawn = draw(seed, frame, size)

    assert draw(seed, frame, size + 1)[:size] == drawn
    assert len({one.id for one in drawn}) == len(drawn) == min(size, len(frame))
    assert [one.position for one in drawn] == list(range(1, len(drawn) + 1))
    assert drawn == sorted(drawn, key=lambda one: one.ticket)
    assert {one.id for one in drawn} <= frame


@pytest.mark.parametrize(
    ("sizes", "size", "places"),
    [
        ({"a": 100, "b": 3, "c": 1}, 10, {"a": 8, "b": 1, "c": 1}),
        ({"a": 50, "b": 30, "c": 20}, 10, {"a": 5, "b": 3, "c": 2}),
        ({"a": 10, "b": 10, "c": 10}, 10, {"a": 4, "b": 3, "c": 3}),
        ({"a": 10, "b": 20, "c": 5}, 2, {"a": 1, "b": 1, "c": 0}),
        ({"a": 2, "b": 0}, 5, {"a": 2, "b": 0}),
        ({"a": 0}, 5, {"a": 0}),
        ({}, 5, {}),
    ],
)
def test_places_are_shared_in_proportion_with_one_for_each_stratum(sizes, size, places):
    assert allocate(sizes, size) == places


@given(sizes=stratum_sizes, size=st.integers(0, 300))
def test_places_add_up_and_no_stratum_gets_more_than_it_holds(sizes, size):
    places = allocate(sizes, size)
    filled = [name for name, count in sizes.items() if count]

    assert sum(places.values()) == min(size, sum(sizes.values()))
    assert all(0 <= places[name] <= sizes[name] for name in sizes)
    if size >= len(filled):
        assert all(places[name] >= 1 for name in filled)


@given(sizes=stratum_sizes, size=st.integers(0, 300))
def test_places_do_not_depend_on_the_order_of_the_strata(sizes, size):
    assert allocate(dict(reversed(list(sizes.items()))), size) == allocate(sizes, size)


@given(seed=seeds, sizes=stratum_sizes, size=st.integers(0, 60))
def test_a_stratified_draw_takes_the_smallest_tickets_of_each_stratum(seed, sizes, size):
    frame = {name: [f"{name}{number}" for number in range(count)] for name, count in sizes.items()}

    drawn = draw_stratified(seed, frame, size)

    assert Counter(one.stratum for one in drawn) == Counter(allocate(sizes, size))
    assert [one.position for one in drawn] == list(range(1, len(drawn) + 1))
    for name, ids in frame.items():
        mine = [one for one in drawn if one.stratum == name]
        assert [(one.id, one.rank) for one in mine] == [(one.id, one.rank) for one in draw(seed, ids, len(mine))]


def test_an_id_stands_in_one_stratum_only():
    with pytest.raises(ValueError, match="more than one stratum"):
        draw_stratified("s", {"north": ["a", "b"], "south": ["b"]}, 2)


def test_each_id_is_drawn_about_as_often_as_any_other():
    seeds_tried, size = 2_000, 4
    times = Counter(one.id for seed in range(seeds_tried) for one in draw(str(seed), FRAME, size))
    expected = seeds_tried * size / len(FRAME)

    chi_square = sum((times[id] - expected) ** 2 / expected for id in FRAME)

    # 11 degrees of freedom: above 31.3 in one of a thousand fair ways of drawing; the seeds are fixed, so no luck is involved.
    assert chi_square < 31.3


def test_any_two_ids_are_drawn_together_about_as_often_as_any_other_two():
    """A draw could favour no id, and yet always take neighbours together: 66 pairs over ten thousand seeds."""
    seeds_tried, size = 10_000, 4
    together = Counter(
        pair
        for seed in range(seeds_tried)
        for pair in combinations(sorted(one.id for one in draw(str(seed), FRAME, size)), 2)
    )
    chance = size * (size - 1) / (len(FRAME) * (len(FRAME) - 1))
    spread = sqrt(seeds_tried * chance * (1 - chance))

    assert len(together) == len(FRAME) * (len(FRAME) - 1) / 2
    # Four standard deviations: one of 66 pairs is so far off in four of a thousand fair ways of drawing.
    assert max(abs(times - seeds_tried * chance) / spread for times in together.values()) < 4


def test_in_a_stratified_draw_each_id_is_drawn_as_often_as_its_stratum_says():
    """Six of four, six and ten ids: a share of a stratum's places for each of its ids, over 2,000 seeds."""
    strata = {name: [f"{name}{number}" for number in range(size)] for name, size in (("a", 4), ("b", 6), ("c", 10))}
    seeds_tried, size = 2_000, 6
    places = allocate({name: len(ids) for name, ids in strata.items()}, size)
    times = Counter(one.id for seed in range(seeds_tried) for one in draw_stratified(str(seed), strata, size))

    for name, ids in strata.items():
        expected = seeds_tried * places[name] / len(ids)
        chi_square = sum((times[id] - expected) ** 2 / expected for id in ids)
        # 3, 5 and 9 degrees of freedom: above this in one of a thousand fair ways of drawing.
        assert chi_square < {"a": 16.3, "b": 20.5, "c": 27.9}[name], name


@pytest.mark.django_db
@hypothesis_settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=seeds, id=st.uuids().map(str) | st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20))
def test_postgresql_gives_the_same_ticket(seed, id):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {TICKET_SQL}", {"seed": seed, "id": id})
        assert cursor.fetchone() == (ticket(seed, id),)


@pytest.mark.django_db
def test_a_queryset_draws_the_same_sample():
    ids = [str(pk) for pk in ContentType.objects.values_list("pk", flat=True)]

    drawn_by_database = (
        ContentType.objects.annotate(number=ticket_expression("100% :seed"))
        .order_by("number")
        .values_list("pk", "number")
    )[:7]

    assert [(str(pk), number) for pk, number in drawn_by_database] == [
        (one.id, one.ticket) for one in draw("100% :seed", ids, 7)
    ]
    assert len(ids) > 7
    drawn_by_bytes = ContentType.objects.order_by(by_ticket("100% :seed"), "pk").values_list("pk", flat=True)
    assert [str(pk) for pk in drawn_by_bytes] == [one.id for one in draw("100% :seed", ids, len(ids))]


@pytest.mark.django_db
def test_the_database_gives_the_same_fingerprint_of_a_frame():
    frame = ContentType.objects.all()
    everything = [str(pk) for pk in frame.values_list("pk", flat=True)]

    # Ids that are numbers sort as text, "10" before "9", and a frame that a join repeats counts each id once.
    assert len(everything) > 10
    assert frame.aggregate(digest=FrameDigest("pk")) == {"digest": frame_digest(everything)}
    assert frame.filter(permission__isnull=False).aggregate(digest=FrameDigest("pk")) == {
        "digest": frame_digest(str(pk) for pk in frame.filter(permission__isnull=False).values_list("pk", flat=True))
    }
    assert frame.filter(app_label="no such").aggregate(digest=FrameDigest("pk")) == {"digest": frame_digest([])}


def test_what_replaces_one_of_a_stratum_is_its_next():
    frame = {"north": FRAME[:7], "south": FRAME[7:]}
    taken = [one.id for one in draw_stratified("2026-Q4", frame, 5)]
    order = [one.id for one in draw("2026-Q4", frame["north"], 7)]
    rank = len(set(taken) & set(order)) + 1

    found = draw_stratified_replacement("2026-Q4", frame, taken, "north")

    assert (found.id, found.stratum, found.position, found.rank) == (order[rank - 1], "north", 6, rank)


def test_where_the_stratum_is_used_up_the_next_of_all_comes_with_its_own_stratum():
    frame = {"north": FRAME[:1], "south": FRAME[1:6], "west": FRAME[6:]}
    taken = FRAME[:1]
    order = [one.id for one in draw("2026-Q4", FRAME[1:], 11)]

    found = draw_stratified_replacement("2026-Q4", frame, taken, "north")

    assert found.id == order[0]
    assert found.id in frame[found.stratum]


def test_there_is_no_replacement_when_all_are_taken():
    assert draw_stratified_replacement("s", {"north": FRAME[:5], "south": FRAME[5:]}, FRAME, "north") is None
    assert draw_stratified_replacement("s", {}, [], "north") is None


@given(seeds, frames, st.integers(0, 30))
def test_with_one_stratum_it_is_the_simple_replacement(seed, ids, count):
    taken = [one.id for one in draw(seed, ids, count)]
    simple, stratified = (
        draw_replacement(seed, ids, taken),
        draw_stratified_replacement(seed, {"": ids}, taken, ""),
    )
    assert simple == stratified
