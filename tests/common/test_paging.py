import base64
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import DecimalField, Q, UUIDField
from django.db.models.functions import MD5, Cast, TruncDate, TruncTime
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from common.paging import CappedCount, capped_count, capped_counts, keyset_page

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)
ORDERS = [
    ("-pk",),
    ("pk",),
    ("name",),
    ("-total_run_count", "-pk"),
    ("total_run_count", "-pk"),
    ("-total_run_count", "name"),
    ("last_run_at", "pk"),
    ("-last_run_at", "-pk"),
    ("last_run_at", "-total_run_count", "-pk"),
    ("enabled", "-last_run_at", "pk"),
    ("interval__every", "pk"),
]


@pytest.fixture
def rows():
    """Sixty rows with ties and gaps in every field but the name; moments differ by microseconds."""
    PeriodicTask.objects.all().delete()
    intervals = [None, *IntervalSchedule.objects.bulk_create(IntervalSchedule(every=every) for every in (9, 3))]
    PeriodicTask.objects.bulk_create(
        PeriodicTask(
            name=f"row {number:02}",
            task="nothing",
            total_run_count=number * 7 % 5,
            interval=intervals[number % 3],
            enabled=bool(number % 3),
            last_run_at=None if number % 4 == 0 else NOON + timedelta(microseconds=number % 7),
        )
        for number in range(60)
    )
    return PeriodicTask.objects.all()


def walk(queryset, order, size, direction="next_cursor", cursor=None, parts=()):
    """All pages from the cursor on, in that direction."""
    pages = [keyset_page(queryset, order=order, size=size, cursor=cursor, parts=parts)]
    while cursor := getattr(pages[-1], direction):
        pages.append(keyset_page(queryset, order=order, size=size, cursor=cursor, parts=parts))
        assert len(pages) <= 60, "The pages lead round in a circle."
    return pages


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 7, 20, 60, 61])
def test_walking_forwards_shows_each_row_once_in_order(rows, order, size):
    pages = walk(rows, order, size)

    assert [item for page in pages for item in page] == list(rows.order_by(*order))
    assert all(len(page) == size for page in pages[:-1])
    assert pages[0].previous_cursor is None


@pytest.mark.parametrize("order", ORDERS)
def test_walking_back_shows_the_same_pages(rows, order):
    forwards = walk(rows, order, 7)

    back = walk(rows, order, 7, direction="previous_cursor", cursor=forwards[-1].previous_cursor)

    assert [page.items for page in back] == [page.items for page in forwards[-2::-1]]
    assert [page.items for page in walk(rows, order, 7, cursor=back[0].next_cursor)] == [forwards[-1].items]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [7, 60])
def test_a_row_that_several_parts_of_a_list_hold_is_shown_once_in_order(rows, order, size):
    parts = [rows.filter(total_run_count__lt=3), rows.filter(enabled=True), rows.none()]
    expected = list(rows.filter(Q(total_run_count__lt=3) | Q(enabled=True)).order_by(*order))
    assert 30 < len(expected) < 60

    forwards = walk(rows, order, size, parts=parts)
    back = walk(rows, order, size, "previous_cursor", forwards[-1].previous_cursor, parts)

    assert [item for page in forwards for item in page] == expected
    assert [page.items for page in back[: len(forwards) - 1]] == [page.items for page in forwards[-2::-1]]


def test_a_list_none_of_whose_parts_holds_anything_is_empty(rows):
    assert keyset_page(rows, order=("-pk",), parts=[rows.none(), rows.none()]).items == []


def test_a_list_of_several_parts_is_one_query_that_reads_no_more_of_each_than_a_page_needs(rows):
    parts = [rows.filter(enabled=True), rows.filter(total_run_count=2)]
    with CaptureQueriesContext(connection) as queries:
        keyset_page(rows, order=("-pk",), size=7, parts=parts)

    assert len(queries) == 1
    assert queries[0]["sql"].count("LIMIT 8") == 3


def test_a_page_holds_25_rows(rows):
    assert len(keyset_page(rows, order=("-pk",))) == 25


def test_a_list_without_rows_has_one_empty_page(rows):
    page = keyset_page(rows.none(), order=("-pk",))

    assert (page.items, page.next_cursor, page.previous_cursor) == ([], None, None)


def test_rows_that_arrive_meanwhile_shift_nothing(rows):
    first = keyset_page(rows, order=("-pk",), size=10)
    expected = list(rows.order_by("-pk")[10:20])
    PeriodicTask.objects.bulk_create(PeriodicTask(name=f"new {number}", task="nothing") for number in range(5))

    assert keyset_page(rows, order=("-pk",), size=10, cursor=first.next_cursor).items == expected


def test_a_cursor_holds_when_its_own_row_has_gone(rows):
    first = keyset_page(rows, order=("-pk",), size=10)
    expected = list(rows.order_by("-pk")[10:20])
    first.items[-1].delete()

    assert keyset_page(rows, order=("-pk",), size=10, cursor=first.next_cursor).items == expected


def test_a_page_whose_rows_have_all_gone_becomes_the_first_page(rows):
    cursor = keyset_page(rows, order=("-pk",), size=50).next_cursor
    PeriodicTask.objects.filter(pk__in=rows.order_by("-pk")[50:]).delete()

    page = keyset_page(rows, order=("-pk",), size=50, cursor=cursor)

    assert page.items == list(rows.order_by("-pk"))
    assert (page.next_cursor, page.previous_cursor) == (None, None)


def test_going_back_to_the_beginning_gives_a_whole_first_page(rows):
    second = keyset_page(rows, order=("pk",), size=10, cursor=keyset_page(rows, order=("pk",), size=10).next_cursor)
    PeriodicTask.objects.filter(pk=rows.order_by("pk")[0].pk).delete()

    page = keyset_page(rows, order=("pk",), size=10, cursor=second.previous_cursor)

    assert page.items == list(rows.order_by("pk")[:10])
    assert page.previous_cursor is None


def forge(cursor):
    changed = "A" if cursor[40] != "A" else "B"
    return cursor[:40] + changed + cursor[41:]


@pytest.mark.parametrize(
    "wrong",
    [
        forge,
        lambda cursor: cursor[:-3],
        lambda cursor: cursor + "A" * 5000,
        lambda _: "é",
        lambda _: "1",
        lambda _: "'; --",
    ],
)
def test_a_forged_cursor_leads_to_the_first_page(rows, wrong):
    first = keyset_page(rows, order=("-pk",))

    page = keyset_page(rows, order=("-pk",), cursor=wrong(first.next_cursor))

    assert (page.items, page.previous_cursor) == (first.items, None)


def test_a_cursor_of_another_order_or_list_leads_to_the_first_page(rows):
    cursor = keyset_page(rows, order=("-pk",), size=5).next_cursor

    assert keyset_page(rows, order=("pk",), size=5, cursor=cursor).items == list(rows.order_by("pk")[:5])
    assert keyset_page(ContentType.objects.all(), order=("-pk",), size=5, cursor=cursor).items == list(
        ContentType.objects.order_by("-pk")[:5]
    )


def test_a_cursor_made_before_the_secret_was_changed_still_leads_on(rows, settings):
    cursor = keyset_page(rows, order=("-pk",), size=5).next_cursor
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next secret " * 4

    assert keyset_page(rows, order=("-pk",), size=5, cursor=cursor).items == list(rows.order_by("-pk")[5:10])


def test_a_cursor_tells_nothing_and_fits_an_address(rows):
    cursor = keyset_page(rows, order=("name",), size=5).next_cursor

    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert "row 04" not in cursor
    assert b"row 04" not in base64.urlsafe_b64decode(cursor + "==")


def test_a_page_is_one_query_without_offset(rows):
    cursor = keyset_page(rows, order=("-last_run_at", "-pk"), size=10).next_cursor

    with CaptureQueriesContext(connection) as queries:
        keyset_page(rows, order=("-last_run_at", "-pk"), size=10, cursor=cursor)

    assert len(queries) == 1
    assert "OFFSET" not in queries[0]["sql"]
    assert "COUNT" not in queries[0]["sql"]


@pytest.mark.parametrize("order", ["key", "-key", "amount", "-day", "hour"])
def test_rows_are_paged_by_values_of_any_type(rows, order):
    annotated = rows.annotate(
        key=Cast(MD5("name"), UUIDField()),
        amount=Cast("total_run_count", DecimalField(max_digits=9, decimal_places=4)),
        day=TruncDate("last_run_at"),
        hour=TruncTime("last_run_at"),
    )

    pages = walk(annotated, (order, "pk"), 7)

    assert [item.pk for page in pages for item in page] == [item.pk for item in annotated.order_by(order, "pk")]


def test_rows_as_dictionaries_are_paged_too(rows):
    pages = walk(rows.values("pk", "name"), ("-name", "pk"), 7)

    assert [item["name"] for page in pages for item in page] == sorted((row.name for row in rows), reverse=True)


@pytest.mark.parametrize("order", [(), ("total_run_count",), ("pk", "-last_run_at"), ("interval__every",)])
def test_an_order_ends_with_a_unique_field(rows, order):
    with pytest.raises(ValueError, match=r"unique|needs an order"):
        keyset_page(rows, order=order)


@pytest.mark.parametrize(
    ("limit", "count", "shown"),
    [(59, CappedCount(59, is_capped=True), "59+"), (60, CappedCount(60), "60"), (1000, CappedCount(60), "60")],
)
def test_counting_stops_at_the_limit(rows, limit, count, shown):
    with CaptureQueriesContext(connection) as queries:
        found = capped_count(rows.order_by("name"), limit=limit)

    assert (found, str(found)) == (count, shown)
    assert f"LIMIT {limit + 1}" in queries[0]["sql"]
    assert "ORDER BY" not in queries[0]["sql"]


@pytest.mark.parametrize(("limit", "shown"), [(30, "30+"), (44, "44"), (43, "43+")])
def test_a_row_that_several_lists_hold_counts_once(rows, limit, shown):
    with CaptureQueriesContext(connection) as queries:
        found = capped_count(rows.filter(enabled=True), rows.filter(total_run_count=2), rows.none(), limit=limit)

    assert str(found) == shown
    assert queries[0]["sql"].count(f"LIMIT {limit + 1}") >= 2


def test_large_counts_are_written_with_a_comma():
    assert str(CappedCount(1000, is_capped=True)) == "1,000+"
    assert bool(CappedCount(0)) is False


def test_several_counts_are_one_query_and_each_stops_at_the_limit(rows):
    with CaptureQueriesContext(connection) as queries:
        counts = capped_counts([rows, rows.filter(name="row 07"), rows.none(), rows.order_by("name")], limit=20)

    assert [str(count) for count in counts] == ["20+", "1", "0", "20+"]
    assert len(queries) == 1


def test_no_counts_are_no_query(rows):
    with CaptureQueriesContext(connection) as queries:
        assert capped_counts([]) == []
    assert not queries.captured_queries
