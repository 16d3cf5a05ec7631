"""The attendance report of a meeting: read, matched with who is booked, confirmed by hand, and kept nowhere."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from partners.models import Booking, Confirmed, Participant, Session, WhoCame
from partners.services import attendance_reports as services
from partners.services import register
from partners.services.walk_ins import NoPlaceLeft
from tests.factories.accounts import UserFactory
from tests.factories.partners import STARTS, BookingFactory, DelegateFactory, SessionFactory
from tests.people import Cast
from tests.reading import text_of

BEGUN = STARTS + timedelta(minutes=100)
OLD = """\
Meeting Summary
Total Number of Participants\t3
Meeting Title\tA fictitious session
Meeting Start Time\t12/3/2026, 10:00:01 AM

Full Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\tParticipant ID (UPN)
Pat Fictitious\t12/3/2026, 10:00:01 AM\t12/3/2026, 10:30:01 AM\t30m\tpat@example.org\tAttendee\tpat@example.org
Fictitious, Cory (Guest)\t12/3/2026, 10:00:01 AM\t12/3/2026, 11:30:01 AM\t1h 30m 59s\t\tAttendee\t
Pat Fictitious\t12/3/2026, 10:40:01 AM\t12/3/2026, 11:30:01 AM\t50m 10s\tPAT@example.org\tAttendee\tpat@example.org
"""
NEW = """\
1. Summary
Meeting title\tA fictitious session
Attended participants\t2
Start time\t12/3/26, 10:00:01 AM

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Pat Fictitious\t12/3/26, 10:00:01 AM\t12/3/26, 11:30:01 AM\t1h 20m 30s\tpat@example.org\tpat@example.org\tAttendee
Jo Unknown\t12/3/26, 10:00:01 AM\t12/3/26, 11:30:01 AM\t12 min\t\t\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Pat Fictitious\t12/3/26, 10:00:01 AM\t12/3/26, 10:30:01 AM\t30m 1s\tpat@example.org\tAttendee
"""


@pytest.fixture(autouse=True)
def no_cache():
    cache.clear()


def own_session(cast: Cast, **fields) -> Session:
    return SessionFactory(**{"host": cast.police, "planned_by": cast.tess} | fields)


def somebody(name: str, number: int = 1, *, email: str = "", minutes: int | None = 90) -> Participant:
    return Participant(number, name, email, minutes)


def named(session: Session, *names: str) -> list[Booking]:
    """Bookings of people of these names, with other addresses than anybody's."""
    return [BookingFactory(session=session, user=None, delegate=DelegateFactory(name=name)) for name in names]


def take(session: Session, cast: Cast, *rows: Confirmed, **fields) -> services.Taken:
    given = {"session_id": session.pk, "rows": rows, "key": uuid4(), "by": cast.tess, "at": BEGUN}
    return services.take_report(**given | fields)


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        OLD.encode("utf-16"),
        OLD.encode("utf-16-le"),
        OLD.encode("utf-8-sig"),
        OLD.encode(),
        OLD.replace("\n", "\r\n").encode("utf-16"),
    ],
    ids=["UTF-16", "UTF-16 without mark", "UTF-8 with mark", "UTF-8", "lines of Windows"],
)
def test_an_older_report_is_read_and_who_joined_twice_stands_once_with_all_minutes(content):
    assert services.read_report(content) == [
        Participant(1, "Pat Fictitious", "pat@example.org", 80),
        Participant(2, "Fictitious, Cory (Guest)", "", 90),
    ]


def test_of_a_newer_report_the_table_of_participants_is_read_and_not_what_follows():
    assert services.read_report(NEW.encode("utf-16")) == [
        Participant(1, "Pat Fictitious", "pat@example.org", 80),
        Participant(2, "Jo Unknown", "", 12),
    ]


def test_a_report_with_commas_is_read_too():
    content = (
        'Name,First Join,Last Leave,In-Meeting Duration,Email\n"Fictitious, Pat",10:00,11:00,01:00:59,pat@example.org\n'
    )

    assert services.read_report(content.encode()) == [Participant(1, "Fictitious, Pat", "pat@example.org", 60)]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1h 22m 10s", 82),
        ("45 min", 45),
        ("59s", 0),
        ("2 hours 5 minutes", 125),
        ("00:45:59", 45),
        ("1:05", 65),
        ("", None),
        ("long", None),
        ("999h", 32_767),
    ],
)
def test_a_length_is_read_in_whole_minutes(text, minutes):
    assert services.minutes_in(text) == minutes


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no heading"),
        (b"PK\x03\x04\x00\x00binary\x00", "binary|CSV"),
        ("Naïve,Café\n".encode("latin-1"), "do not open it in Excel"),
        (b"Name,Email\nPat,pat@example.org\n", "no heading"),
        (b"Name\tFirst Join\tDuration\n", "Nobody stands"),
        (b"Name\tFirst Join\n" + b"x" * 2_000_001, "too large"),
        (b"Name\tFirst Join\tDuration\nP\x07t\t10:00\t1m\n", "control characters"),
        (("Name\tFirst Join\n" + "".join(f"Person {n}\t10:00\n" for n in range(501))).encode(), "more than 500"),
    ],
)
def test_what_is_no_report_is_refused_as_a_whole(content, words):
    with pytest.raises(services.UnreadableReport, match=words):
        services.read_report(content)


# --- matching ---------------------------------------------------------------------------------------------------------


def test_only_the_same_address_or_a_name_that_is_one_persons_is_filled_in(cast):
    session = own_session(cast)
    pats = BookingFactory(session=session, user=cast.pat)
    (obrien,) = named(session, "Siobhán O’Brien")
    twins = named(session, "Ann Same", "Ann Same")

    rows = [
        somebody("iPad of the office", 1, email="pat@example.org"),
        somebody("O'BRIEN, Siobhan (Guest)", 2),
        somebody("Ann Same", 3),
    ]
    by_address, by_name, unclear = services.suggest(rows, [pats, obrien, *twins])

    assert (by_address.certain, by_address.why) == (pats, "Same e-mail address")
    assert (by_name.certain, by_name.why) == (obrien, "Same name")
    assert (unclear.certain, set(unclear.others), unclear.why) == (None, set(twins), "Same name as several")


def test_two_rows_of_one_name_are_not_filled_in(cast):
    bookings = named(own_session(cast), "Jo Fictitious")

    found = services.suggest([somebody("Jo Fictitious", 1), somebody("jo fictitious", 2)], bookings)

    assert [(one.certain, list(one.others)) for one in found] == [(None, bookings)] * 2


@pytest.mark.parametrize("said", ["Kate Brown", "Catherine Borwn", "Brown Catherine", "Catherine", "Catherine J Brown"])
def test_a_similar_name_is_offered_and_never_filled_in(cast, said):
    session = own_session(cast)
    wanted, other = named(session, "Catherine Brown", "Daniel Green")

    (found,) = services.suggest([somebody(said)], [other, wanted])

    assert (found.certain, list(found.others)) == (None, [wanted])


@pytest.mark.parametrize("said", ["Daniel Brown", "Catherine Green", "", "Testham Council"])
def test_another_name_is_not_offered(cast, said):
    bookings = named(own_session(cast), "Catherine Brown")

    (found,) = services.suggest([somebody(said)], bookings)

    assert (found.certain, list(found.others)) == (None, [])


@pytest.mark.parametrize(("minutes", "mark"), [(None, "PRESENT"), (67, "PARTLY"), (68, "PRESENT"), (0, "PARTLY")])
def test_who_was_there_for_less_than_three_quarters_is_partly_until_somebody_says_otherwise(cast, minutes, mark):
    assert services.usual_mark(somebody("Jo", minutes=minutes), own_session(cast)) == mark


# --- marking ----------------------------------------------------------------------------------------------------------


def test_who_was_confirmed_is_marked_with_minutes_and_everybody_else_stays_unmarked(cast):
    session = own_session(cast)
    came, partly, other = BookingFactory.create_batch(3, session=session)

    taken = take(
        session,
        cast,
        Confirmed(somebody("A", 1, minutes=88), "PRESENT", came.pk),
        Confirmed(somebody("B", 2, minutes=20), "PARTLY", partly.pk),
        Confirmed(somebody("Tess Fictitious", 3)),
    )

    assert taken == services.Taken(marked=2, walked_in=0, left_out=1)
    found = {one.pk: (one.mark, one.minutes_present, one.marked_how) for one in session.bookings.all()}
    assert found == {
        came.pk: ("PRESENT", 88, "REPORT"),
        partly.pk: ("PARTLY", 20, "REPORT"),
        other.pk: ("", None, ""),
    }
    assert Session.objects.get().state == "OPEN"
    details = Entry.objects.get(what="partners.attendance_report_taken").details
    assert details == {"marked": 2, "walked_in": 0, "left_out": 1}


def test_who_was_marked_before_gets_their_minutes_and_is_not_marked_otherwise(cast):
    session = own_session(cast)
    there, absent = BookingFactory.create_batch(2, session=session)
    marks = {there.pk: "PRESENT", absent.pk: "ABSENT"}
    register.take_register(session_id=session.pk, marks=marks, by=cast.tess, at=BEGUN)

    with pytest.raises(services.CannotTakeReport, match="says absent") as refusal:
        take(
            session,
            cast,
            Confirmed(somebody("A", 1, minutes=80), "PRESENT", there.pk),
            Confirmed(somebody("B", 2), "PRESENT", absent.pk),
        )
    there.refresh_from_db()
    assert (refusal.value.number, there.minutes_present) == (2, None), "nothing was changed"
    take(session, cast, Confirmed(somebody("A", 1, minutes=80), "PRESENT", there.pk))
    there.refresh_from_db()
    assert (there.minutes_present, there.marked_how) == (80, "LIST")


def test_who_is_marked_already_stands_so_on_the_page_and_an_address_that_is_not_asked_for_is_not_read(client, cast):
    session = own_session(cast, starts_at=timezone.now() - timedelta(hours=2))
    pats = BookingFactory(session=session, user=cast.pat)
    register.take_register(session_id=session.pk, marks={pats.pk: "PRESENT"}, by=cast.tess, at=timezone.now())
    client.signed_in(cast.tess)
    table = "Name\tFirst Join\tDuration\tEmail\nPat Fictitious\t10:00\t5m\tpat@example.org\nSomebody\t10:00\t5m\t\n"
    client.post(
        reverse("partners:session_report", args=[session.pk]),
        {"file": SimpleUploadedFile("report.csv", table.encode())},
    )
    address = reverse("partners:session_report_check", args=[session.pk])

    form = client.get(address).context["form"]

    assert form["mark-1"].initial == "PRESENT"
    assert "The register says already: present." in text_of(client.get(address))
    given = {name: form[name].value() or "" for name in form.fields} | {"looked": "on"}
    answer = client.post(address, given | {"who-2": "NOBODY", "email-2": "x"})
    assert answer.status_code == 302
    pats.refresh_from_db()
    assert (pats.mark, pats.minutes_present) == ("PRESENT", 5)


def test_who_walked_in_is_added_once_under_one_key(cast):
    session = own_session(cast)
    key = uuid4()
    rows = (
        Confirmed(somebody("Out Fictitious", 1, minutes=80), walk_in=WhoCame("out@example.org", "Out Fictitious")),
        Confirmed(
            somebody("New Person", 2, minutes=10),
            "PARTLY",
            walk_in=WhoCame("new@example.org", "New Person", cast.council),
        ),
    )

    for _ in range(2):
        assert take(session, cast, *rows, key=key).walked_in == 2

    found = [(one.person.name, one.mark, one.minutes_present, one.walk_in) for one in session.bookings.order_by("pk")]
    assert sorted(found) == [
        ("New Person", "PARTLY", 10, "PLACE"),
        ("Out Fictitious", "PRESENT", 80, "PLACE"),
    ]


def test_one_row_that_cannot_be_taken_leaves_all_as_it_was(cast):
    session = own_session(cast, capacity=2)
    first, own = BookingFactory(session=session), BookingFactory(session=session, user=cast.tess)
    stranger = BookingFactory()
    good = Confirmed(somebody("A", 1), "PRESENT", first.pk)
    nobody = WhoCame("new@example.org", "New Person")

    for bad, words, field in (
        (Confirmed(somebody("B", 2), "PRESENT", first.pk), "Another row", "who"),
        (Confirmed(somebody("B", 2), "PRESENT", stranger.pk), "no place any more", "who"),
        (Confirmed(somebody("B", 2), "PRESENT", own.pk), "Nobody marks themselves", "who"),
        (Confirmed(somebody("B", 2), walk_in=nobody), "choose their agency", "agency"),
    ):
        with pytest.raises(services.CannotTakeReport, match=words) as refusal:
            take(session, cast, good, bad)
        assert (refusal.value.number, refusal.value.field) == (2, field)
    with pytest.raises(NoPlaceLeft):
        take(session, cast, good, Confirmed(somebody("B", 2), walk_in=WhoCame("out@example.org", "Out")))
    assert set(session.bookings.values_list("state", flat=True)) == {"BOOKED"}


def test_a_closed_register_and_others_than_its_trainers_take_no_report(cast):
    session = own_session(cast)
    for by, at, words in ((cast.sam, BEGUN, "Only a trainer"), (cast.tess, STARTS - timedelta(minutes=1), "has begun")):
        with pytest.raises(register.CannotRegister, match=words):
            take(session, cast, by=by, at=at)
    register.close_register(session_id=session.pk, by=cast.tess, at=BEGUN)

    with pytest.raises(register.CannotRegister, match="closed"):
        take(session, cast)


# --- pages ------------------------------------------------------------------------------------------------------------


def upload(client, session: Session, text: str = NEW):
    file = SimpleUploadedFile("report.csv", text.encode("utf-16"), "text/csv")
    return client.post(reverse("partners:session_report", args=[session.pk]), {"file": file}, follow=True)


def hidden(page) -> dict[str, str]:
    content = page.content.decode()
    return {
        name: re.search(rf'name="{name}" value="([^"]+)"', content).group(1)  # type: ignore[union-attr]
        for name in ("key", "file")
    }


def test_a_trainer_confirms_each_row_by_hand_and_the_file_is_gone(client, cast):
    session = own_session(cast, starts_at=timezone.now() - timedelta(hours=2))
    pats = BookingFactory(session=session, user=cast.pat)
    (jane,) = named(session, "Joanna Unknown")
    client.signed_in(cast.tess)

    page = upload(client, session)
    words = text_of(page)
    for shown in ("80 minutes there. Same e-mail address.", "12 minutes there. Similar name."):
        assert shown in words
    form = page.context["form"]
    assert [form[f"who-{number}"].value() for number in (1, 2)] == [str(pats.pk), ""]
    assert [form[f"mark-{number}"].value() for number in (1, 2)] == ["PRESENT", "PARTLY"]

    check = reverse("partners:session_report_check", args=[session.pk])
    typed = hidden(page) | {"who-1": str(pats.pk), "mark-1": "PRESENT", "mark-2": "PARTLY", "email-2": "jo@example.org"}
    page = client.post(check, typed)
    assert (page.status_code, set(page.context["form"].errors)) == (422, {"who-2", "looked"})
    assert not Booking.objects.exclude(state="BOOKED").exists()
    assert 'value="jo@example.org"' in page.content.decode(), "what was typed is kept"

    page = client.post(check, typed | {"who-2": str(jane.pk), "looked": "on"}, follow=True)
    assert "Marked: 2. Added: 0. Left out: 0." in text_of(page)
    assert {one.pk: one.mark for one in session.bookings.all()} == {pats.pk: "PRESENT", jane.pk: "PARTLY"}
    page = client.get(check, follow=True)
    assert "Choose the file again" in text_of(page)


def test_who_stands_on_no_booking_is_added_from_the_report(client, cast):
    session = own_session(cast, starts_at=timezone.now() - timedelta(hours=2), capacity=1)
    BookingFactory(session=session, user=cast.pat)
    client.signed_in(cast.tess)
    page = upload(client, session)
    check = reverse("partners:session_report_check", args=[session.pk])
    typed = hidden(page) | {"who-1": str(Booking.objects.get().pk), "who-2": "WALK_IN", "looked": "on"}

    for more, fields in (
        ({}, {"email-2"}),
        ({"email-2": "new@example.org"}, {"agency-2"}),
        ({"email-2": "new@example.org", "agency-2": str(cast.council.pk)}, {"above_places"}),
    ):
        page = client.post(check, typed | more)
        assert (page.status_code, set(page.context["form"].errors)) == (422, fields)
    typed |= {"email-2": "new@example.org", "agency-2": str(cast.council.pk), "above_places": "on"}
    page = client.post(check, typed, follow=True)

    assert "Marked: 1. Added: 1." in text_of(page)
    added = Booking.objects.get(delegate__isnull=False)
    assert (added.person.name, added.walk_in, added.minutes_present) == ("Jo Unknown", "ABOVE", 12)


def test_a_file_that_is_no_report_answers_422_and_another_file_than_was_shown_is_not_taken(client, cast):
    session = own_session(cast, starts_at=timezone.now() - timedelta(hours=2))
    client.signed_in(cast.tess)
    page = upload(client, session, "Nothing\there")
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["file"])
    first = hidden(upload(client, session))
    upload(client, session, OLD)

    typed = first | {"who-1": "NOBODY", "who-2": "NOBODY", "looked": "on"}
    page = client.post(reverse("partners:session_report_check", args=[session.pk]), typed, follow=True)

    assert "Another report was chosen meanwhile" in text_of(page)


def test_a_report_waits_for_its_own_trainer_and_session_alone(client, cast):
    session = own_session(cast, starts_at=timezone.now() - timedelta(hours=2))
    other = own_session(cast, starts_at=timezone.now() - timedelta(hours=3))
    client.signed_in(cast.tess)
    upload(client, session)

    assert client.get(reverse("partners:session_report_check", args=[other.pk])).status_code == 302
    client.signed_in(UserFactory(agency=cast.police, roles=["TRAINER"]))
    assert client.get(reverse("partners:session_report_check", args=[session.pk])).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_rows_has_a_flat_query_count(client, cast, count, django_assert_num_queries):
    session = own_session(cast, starts_at=timezone.now() - timedelta(hours=2))
    BookingFactory.create_batch(count, session=session)
    client.signed_in(cast.tess)
    upload(client, session, "Name\tFirst Join\tDuration\n" + "".join(f"Person {n}\t10:00\t5m\n" for n in range(count)))
    with django_assert_num_queries(11):
        assert client.get(reverse("partners:session_report_check", args=[session.pk])).status_code == 200
