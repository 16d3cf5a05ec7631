"""Incidents from a file: taken row by row, as often as one likes, by one force, or not at all."""

import hashlib
import io
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Area, User
from audit.models import Entry
from common.csv_files import UnreadableCsv
from grading.models import SampledIncident
from referrals.models import Incident, IncidentImport, IncidentImportRow
from referrals.services import incident_rows
from referrals.services import incidents as services
from referrals.services.incident_rows import CannotImport
from referrals.services.incidents import import_incident_rows, import_incidents
from tests.factories.accounts import AgencyFactory, AreaFactory, TeamFactory
from tests.factories.dip_samples import DipSampleFactory, SampledIncidentFactory
from tests.factories.referrals import ReferralFactory
from tests.people import NOW, make_cast

COLUMNS = "occurrence_number,reported_at,kind,district_code,child_linked,adult_needs,domestic_abuse"
ALL_COLUMNS = f"{COLUMNS},team,officer_collar_number,summary"


@pytest.fixture
def code(cast):
    return cast.district.code


def content_of(*rows, columns=COLUMNS):
    return "\n".join([columns, *rows, ""]).encode()


def row(number="99000000001", *, at="2026-03-27 14:05", kind="CHILD_CONCERN", code="X", flags="yes,no,no"):
    return f"{number},{at},{kind},{code},{flags}"


def take(cast, content, *, by="sam", at=NOW, **options):
    """Import as somebody of the cast; `by=None` is the shell."""
    return import_incidents(
        file=io.BytesIO(content),
        file_name="incidents.csv",
        force=options.pop("force", cast.police),
        by=getattr(cast, by) if by else None,
        at=at,
        **options,
    )


def counts(done):
    return (done.rows, done.added, done.changed, done.unchanged, done.refused)


def refusals(done):
    return list(done.refusals.order_by("number", "column").values_list("number", "column", "message"))


def test_a_row_becomes_an_incident_with_all_that_it_says(cast, code):
    User.objects.filter(pk=cast.olu.pk).update(collar_number="4471")
    content = content_of(
        f'oc/12-3,27/07/2026 00:05,child_concern,{code.lower()},Yes,n,1,testham response,4471,"A child, 6, alone."',
        columns=ALL_COLUMNS,
    )

    done = take(cast, content)

    assert counts(done) == (1, 1, 0, 0, 0)
    incident = Incident.objects.get()
    assert (incident.force, incident.number, incident.kind) == (cast.police, "OC/12-3", "CHILD_CONCERN")
    assert incident.reported_at == datetime(2026, 7, 26, 23, 5, tzinfo=UTC)
    assert str(incident.reported_on) == "2026-07-27"
    assert (incident.child_linked, incident.adult_needs, incident.domestic_abuse) == (True, False, True)
    assert (incident.district, incident.team, incident.officer) == (cast.district, cast.response_team, cast.olu)
    assert (incident.summary, incident.imported_at) == ("A child, 6, alone.", NOW)


def test_an_import_keeps_what_it_read_and_who_did_it(cast, code):
    content = content_of(row(code=code))

    done = take(cast, content)

    assert (done.by, done.at, done.force, done.channel) == (cast.sam, NOW, cast.police, "FILE")
    assert (done.file_name, done.sha256) == ("incidents.csv", hashlib.sha256(content).hexdigest())


def test_an_import_is_recorded_with_its_counts_and_no_content(cast, code):
    done = take(cast, content_of(row(code=code), row("2", code="nonsense")))

    entry = Entry.objects.get(what="incidents.imported")
    assert (entry.verb, entry.actor_id, entry.object_id) == ("COLLECTED", str(cast.sam.pk), str(done.pk))
    assert entry.details == {
        "rows": 2,
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": 1,
        "linked": 0,
        "over": "File",
    }


def test_the_same_file_again_changes_nothing(cast, code):
    content = content_of(row("1", code=code), row("2", code=code))
    take(cast, content)
    before = list(Incident.objects.order_by("number").values())

    again = take(cast, content, at=NOW + timedelta(days=1))

    assert counts(again) == (2, 0, 0, 2, 0)
    assert list(Incident.objects.order_by("number").values()) == before


def test_a_changed_row_brings_the_incident_up_to_date_under_the_same_id(cast, code):
    take(cast, content_of(row("1", code=code), row("2", code=code)))
    ids = dict(Incident.objects.values_list("number", "pk"))

    done = take(cast, content_of(row("1", code=code, kind="MISSING", flags="no,no,yes"), row("2", code=code)))

    assert counts(done) == (2, 0, 1, 1, 0)
    changed = Incident.objects.get(number="1")
    assert (changed.kind, changed.child_linked, changed.domestic_abuse) == ("MISSING", False, True)
    assert dict(Incident.objects.values_list("number", "pk")) == ids


def test_a_column_that_the_file_does_not_have_stays_as_it_is_known(cast, code):
    User.objects.filter(pk=cast.olu.pk).update(collar_number="4471")
    take(cast, content_of(f"{row(code=code)},Testham Response,4471,Alone.", columns=ALL_COLUMNS))

    same = take(cast, content_of(row(code=code)))
    thinner = take(cast, content_of(row(code=code, kind="MISSING")))

    assert (same.unchanged, thinner.changed) == (1, 1)
    incident = Incident.objects.get()
    assert (incident.kind, incident.team, incident.officer, incident.summary) == (
        "MISSING",
        cast.response_team,
        cast.olu,
        "Alone.",
    )


def test_a_value_that_the_file_leaves_empty_is_emptied(cast, code):
    take(cast, content_of(f"{row(code=code)},Testham Response,,Alone.", columns=ALL_COLUMNS))

    done = take(cast, content_of(f"{row(code=code)},,,", columns=ALL_COLUMNS))

    assert done.changed == 1
    assert list(Incident.objects.values_list("team", "summary")) == [(None, "")]


@pytest.mark.parametrize(
    ("changes", "column", "message"),
    [
        ({"number": ""}, "occurrence_number", "The occurrence number is missing."),
        ({"number": "9" * 21}, "occurrence_number", "An occurrence number has at most 20 characters."),
        ({"number": "ß" * 11}, "occurrence_number", "An occurrence number has at most 20 characters."),
        (
            {"number": "<b>"},
            "occurrence_number",
            "An occurrence number is made of letters A to Z, digits, spaces and . / _ - only.",
        ),
        ({"at": ""}, "reported_at", "The date is missing."),
        ({"at": "2026-02-30 10:00"}, "reported_at", "“2026-02-30 10:00” is not a real date;"),
        ({"at": "31/04/2026"}, "reported_at", "“31/04/2026” is not a real date;"),
        ({"at": "29/02/2026 10:00"}, "reported_at", "“29/02/2026 10:00” is not a real date;"),
        ({"at": "2026-03-27 25:00"}, "reported_at", "“2026-03-27 25:00” is not a real date;"),
        ({"at": "03-27-2026"}, "reported_at", "“03-27-2026” is not a real date;"),
        ({"at": "46107"}, "reported_at", "“46107” is not a real date;"),
        ({"at": "1999-12-31 23:59"}, "reported_at", "“1999-12-31 23:59” is before the year 2000."),
        ({"at": "0001-01-01"}, "reported_at", "“0001-01-01” is before the year 2000."),
        ({"at": "9999-12-31T23:59:59-23:59"}, "reported_at", "“9999-12-31T23:59:59-23:59” is not a real date;"),
        ({"at": "2026-11-20 10:01"}, "reported_at", "“2026-11-20 10:01” is in the future."),
        ({"kind": ""}, "kind", "The kind of incident is missing."),
        ({"kind": "BURGLERY"}, "kind", "“BURGLERY” is no kind of incident; write DOMESTIC, CHILD_CONCERN,"),
        ({"code": ""}, "district_code", "The district is missing."),
        ({"code": "Z99999"}, "district_code", "The force has no district with the code “Z99999”."),
        ({"flags": "perhaps,no,no"}, "child_linked", "Write yes or no."),
        ({"flags": "yes,,no"}, "adult_needs", "Write yes or no."),
        ({"flags": "yes,no,2"}, "domestic_abuse", "Write yes or no."),
    ],
)
def test_a_wrong_row_is_refused_with_the_column_and_the_reason_and_the_others_are_taken(
    cast, code, changes, column, message
):
    done = take(
        cast, content_of(row("1", code=code), row(**({"number": "2", "code": code} | changes)), row("3", code=code))
    )

    assert counts(done) == (3, 2, 0, 0, 1)
    [(number, found, words)] = refusals(done)
    assert (number, found) == (3, column)
    assert words.startswith(message)
    assert list(Incident.objects.order_by("number").values_list("number", flat=True)) == ["1", "3"]


@pytest.mark.parametrize(
    ("values", "column", "message"),
    [
        ("No Such Team,,", "team", "The force has no team “No Such Team”."),
        (f",,{'x' * 5001}", "summary", "A summary has at most 5,000 characters."),
        (",,a\x07b", "summary", "There are control characters in it."),
    ],
)
def test_a_wrong_optional_value_refuses_its_row(cast, code, values, column, message):
    done = take(cast, content_of(f"{row(code=code)},{values}", columns=ALL_COLUMNS))

    assert refusals(done) == [(2, column, message)]


def test_an_officer_without_an_account_is_left_open(cast, code):
    done = take(cast, content_of(f"{row(code=code)},,0000,", columns=ALL_COLUMNS))

    assert (done.added, Incident.objects.get().officer) == (1, None)


def test_every_fault_of_a_row_is_told(cast, code):
    done = take(cast, content_of(row("", code="nonsense", flags="yes,no,2")))

    assert (done.refused, [column for _, column, _ in refusals(done)]) == (
        1,
        ["district_code", "domestic_abuse", "occurrence_number"],
    )


def test_a_number_that_stands_in_the_file_twice_is_taken_once_and_the_second_refused(cast, code):
    done = take(cast, content_of(row("ab1", code=code), row("2", code=code), row("AB1", code=code, kind="MISSING")))

    assert counts(done) == (3, 2, 0, 0, 1)
    assert refusals(done) == [(4, "occurrence_number", "The number stands in row 2 already.")]
    assert Incident.objects.get(number="AB1").kind == "CHILD_CONCERN"


def test_a_refused_row_does_not_stand_in_the_way_of_a_right_one_with_its_number(cast, code):
    done = take(cast, content_of(row("1", code=code, kind="NONE"), row("1", code=code)))

    assert counts(done) == (2, 1, 0, 0, 1)


def test_a_refused_row_leaves_what_is_known_alone(cast, code):
    take(cast, content_of(row("1", code=code)))

    take(cast, content_of(row("1", code=code, kind="NONE")))

    assert Incident.objects.get().kind == "CHILD_CONCERN"


@pytest.mark.parametrize("spring_forward", ["2026-03-29 01:30", "2026-10-25 01:30"])
def test_an_hour_that_the_clock_skips_or_repeats_is_taken(cast, code, spring_forward):
    assert take(cast, content_of(row(code=code, at=spring_forward))).added == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (content_of(), "There are no rows"),
        (content_of(columns="number,when"), "The heading is not right. 7 columns missing"),
        (content_of(row(), columns=f"{COLUMNS},colour"), "1 column not expected: colour."),
        (content_of(row()).decode().replace("CHILD", "CHÏLD").encode("cp1252"), "not in UTF-8"),
        (content_of(row()).decode().encode("utf-16"), "not in UTF-8"),
        (content_of(row("1"), row('"2')), "Row 3 cannot be read: a quotation mark"),
        (content_of(row("1\0")), "it holds binary data"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary data"),
        (b"PK\x03\x04" + bytes(100), "Excel workbook"),
        (b"%PDF-1.7\n", "This is a PDF"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_changes_nothing(cast, content, message):
    with pytest.raises((CannotImport, UnreadableCsv)) as caught:
        take(cast, content)

    assert message in str(caught.value)
    assert not Incident.objects.exists()
    assert not IncidentImport.objects.exists()
    assert not Entry.objects.filter(what="incidents.imported").exists()


def test_a_file_that_breaks_off_after_many_right_rows_changes_nothing(cast, code):
    rows = [row(str(number), code=code) for number in range(3_000)]

    with pytest.raises(UnreadableCsv):
        take(cast, content_of(*rows) + b'"unclosed')

    assert not Incident.objects.exists()


class EndlessRows:
    """Right rows without end, made as they are read: a file of any size that no disk has to hold."""

    def __init__(self, code):
        self.heading = COLUMNS.encode() + b"\n"
        self.code, self.number, self.given = code, 0, 0

    def read(self, size=-1):
        data, self.heading = self.heading, b""
        while len(data) < size - 200:
            self.number += 1
            data += f"{row(str(self.number), code=self.code)}\n".encode()
        self.given += len(data)
        return data


def test_a_file_above_the_limit_is_refused_as_soon_as_it_is_and_changes_nothing(cast, code):
    file = EndlessRows(code)

    with pytest.raises(UnreadableCsv, match="The file is too large: it may have 2 MB"):
        import_incidents(file=file, file_name="x.csv", force=cast.police, by=None, at=NOW, max_bytes=2_000_000)

    assert file.given < 2_200_000
    assert not Incident.objects.exists()


def test_too_many_wrong_rows_are_a_wrong_file(cast, code, monkeypatch):
    monkeypatch.setattr(incident_rows, "MOST_REFUSED", 2)
    wrong = [row(str(number), code="nonsense") for number in range(3)]
    assert take(cast, content_of(*wrong[:2])).refused == 2

    with pytest.raises(CannotImport, match="More than 2 rows are wrong, so nothing was taken"):
        take(cast, content_of(row("9", code=code), *wrong))

    assert not Incident.objects.exists()


def test_a_district_of_another_force_is_unknown(cast):
    other = AgencyFactory(kind="POLICE")
    own_authority, other_authority = AreaFactory(kind="LOCAL_AUTHORITY"), AreaFactory(kind="LOCAL_AUTHORITY")
    cast.police.areas.set([own_authority])
    other.areas.set([other_authority])
    own = AreaFactory(part_of=own_authority)
    forged = AreaFactory(part_of=other_authority)

    done = take(cast, content_of(row("1", code=own.code), row("2", code=forged.code)))

    assert (done.added, done.refused) == (1, 1)
    assert refusals(done)[0][2] == f"The force has no district with the code “{forged.code}”."


def test_a_team_and_an_officer_of_another_agency_are_unknown(cast, code):
    TeamFactory(agency=cast.council, name="Council Team")
    User.objects.filter(pk=cast.pat.pk).update(collar_number="777")

    done = take(
        cast,
        content_of(f"{row('1', code=code)},Council Team,,", f"{row('2', code=code)},,777,", columns=ALL_COLUMNS),
    )

    assert refusals(done) == [(2, "team", "The force has no team “Council Team”.")]
    assert Incident.objects.get(number="2").officer is None


def test_two_forces_may_use_the_same_number(cast, code):
    other = AgencyFactory(kind="POLICE")
    take(cast, content_of(row(code=code)))

    assert take(cast, content_of(row(code=code)), by=None, force=other).added == 1
    assert Incident.objects.count() == 2


@pytest.mark.parametrize("name", ["olu", "mina", "pat", "ada", "leda"])
def test_who_may_not_import_imports_nothing(cast, code, name):
    with pytest.raises(CannotImport, match="You may not import incidents for this force"):
        take(cast, content_of(row(code=code)), by=name)

    assert not Incident.objects.exists()


def test_nobody_imports_for_another_force_and_no_partner_has_incidents(cast, code):
    other = AgencyFactory(kind="POLICE")

    with pytest.raises(CannotImport, match="You may not import incidents for this force"):
        take(cast, content_of(row(code=code)), force=other)
    with pytest.raises(CannotImport, match="Incidents come from a police force"):
        take(cast, content_of(row(code=code)), by=None, force=cast.council)


def test_the_reader_hears_how_far_it_is(cast, code, monkeypatch):
    monkeypatch.setattr(services, "TELL_EVERY", 2)
    heard = []

    take(cast, content_of(*[row(str(number), code=code) for number in range(5)]), on_row=heard.append)

    assert heard == [2, 4]


def test_as_many_queries_for_one_row_as_for_many(cast, code, django_assert_num_queries):
    for rows in (1, 50):
        content = content_of(*[row(f"{rows} {number}", code=code) for number in range(rows)])
        with django_assert_num_queries(15):
            take(cast, content, by=None)


def values_of(number, code, **changes):
    values = dict(zip(COLUMNS.split(","), row(number, code=code).split(","), strict=True))
    return values | changes


def test_rows_may_be_given_one_by_one(cast, code):
    rows = [values_of("1", code, summary="Alone."), values_of("2", code), values_of("3", "nonsense")]

    done = import_incident_rows(rows=rows, name="Records system", force=cast.police, by=cast.sam, at=NOW)
    again = import_incident_rows(rows=rows, name="Records system", force=cast.police, by=cast.sam, at=NOW)

    assert (counts(done), counts(again)) == ((3, 2, 0, 0, 1), (3, 0, 0, 2, 1))
    assert (done.channel, done.file_name, done.sha256) == ("API", "Records system", again.sha256)
    assert [(number, column) for number, column, _ in refusals(done)] == [(3, "district_code")]


def test_at_most_a_thousand_rows_are_given_at_once(cast, code):
    rows = [values_of(str(number), code) for number in range(1_001)]

    with pytest.raises(CannotImport, match="at most 1,000 incidents"):
        import_incident_rows(rows=rows, name="x", force=cast.police, by=cast.sam, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_the_same_moment_wait_for_each_other_and_make_each_incident_once():
    """The rows come in opposite order, which would be a deadlock if they were taken in the order of the file."""
    cast = make_cast()
    code = cast.district.code
    rows = [row(f"{number:05d}", code=code) for number in range(3_000)]
    gate = threading.Barrier(2)
    found, faults = [], []

    def work(content):
        try:
            gate.wait(timeout=20)
            found.append(counts(take(cast, content)))
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[content_of(*order)]) for order in (rows, rows[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert faults == []
    assert sorted(found) == [(3_000, 0, 0, 3_000, 0), (3_000, 3_000, 0, 0, 0)]
    assert Incident.objects.count() == 3_000


lines = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            row(code="X1"),
            row("2", code="X1"),
            row(at="30/02/2026", code="X1"),
            '"a\nb",2026-03-27,MISSING,X1,yes,no,no',
            '"unclosed,2026-03-27',
            '1,"',
            ",,,,,,",
            "=1+1,2026-03-27,MISSING,X1,yes,no,no",
            "\ufeff",
            "\x00",
            "9" * 200_000,
            row("99", code="X1") + "\r" + row("98", code="X1"),
        ]
    ),
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(rows=st.lists(lines, max_size=6), ending=st.sampled_from(["\n", "\r\n", "\r"]), cut=st.binary(max_size=3))
def test_whatever_is_in_the_file_it_is_taken_with_its_counts_or_refused_with_a_reason(cast, rows, ending, cut):
    Area.objects.filter(pk=cast.district.pk).update(code="X1")
    content = ending.join([COLUMNS, *rows]).encode("utf-8", "surrogatepass") + cut
    before = Incident.objects.count()
    imports = IncidentImport.objects.count()

    try:
        done = take(cast, content)
    except (CannotImport, UnreadableCsv):
        assert (Incident.objects.count(), IncidentImport.objects.count()) == (before, imports)
    else:
        assert done.rows == done.added + done.changed + done.unchanged + done.refused
        assert Incident.objects.count() == before + done.added
        assert done.refusals.values("number").distinct().count() == done.refused


@st.composite
def files_of_one_day(draw):
    """Incidents of one day, and several files of them: shuffled, cut into parts, with rows repeated and parts sent again."""
    many = draw(st.integers(1, 8))
    rows = [
        row(f"9900000{number:04d}", code="X1", kind=draw(st.sampled_from(["CHILD_CONCERN", "MISSING"])))
        for number in range(many)
    ]
    files = [draw(st.lists(st.sampled_from(rows), max_size=12)) for _ in range(draw(st.integers(1, 3)))]
    return rows, [*files, draw(st.permutations(rows)), draw(st.permutations(rows))]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(day=files_of_one_day())
def test_in_whatever_order_and_however_often_the_rows_come_the_incidents_are_the_same(cast, day):
    Area.objects.filter(pk=cast.district.pk).update(code="X1")
    Incident.objects.all().delete()
    rows, files = day

    for content in files:
        done = take(cast, content_of(*content)) if content else None
        if done is not None:
            assert done.changed == 0
            assert done.refused == len(content) - len(set(content))
    again = take(cast, content_of(*reversed(files[-1])))

    assert (again.unchanged, again.added, again.changed, again.refused) == (len(rows), 0, 0, 0)
    kept = sorted(Incident.objects.values_list("number", "kind"))
    assert kept == sorted((line.split(",")[0], line.split(",")[2]) for line in rows)


def test_the_refused_rows_go_with_their_import(cast, code):
    done = take(cast, content_of(row(code="nonsense")))

    assert IncidentImportRow.objects.get().incident_import == done


def linked(referral):
    referral.refresh_from_db()
    return referral.incident.number if referral.incident else None


def test_what_was_submitted_with_the_number_before_is_linked_to_the_incident(cast, code):
    form = ReferralFactory(author=cast.olu, occurrence_number="99000000001")
    other = ReferralFactory(author=cast.olu, occurrence_number="99000000002")
    draft = ReferralFactory(author=cast.olu, occurrence_number="99000000001", state="DRAFT")
    elsewhere = ReferralFactory(occurrence_number="99000000001")

    take(cast, content_of(row(number="9900 0000 001", code=code)))

    assert [linked(one) for one in (form, other, draft, elsewhere)] == ["99000000001", None, None, None]
    assert Entry.objects.get(what="incidents.imported").details["linked"] == 1


def test_the_same_file_again_links_what_came_meanwhile_and_moves_no_link(cast, code):
    content = content_of(row(code=code), row(number="99000000002", code=code))
    take(cast, content)
    kept = Incident.objects.get(number="99000000002")
    pointed = ReferralFactory(author=cast.olu, occurrence_number="99000000001", incident=kept)
    late = ReferralFactory(author=cast.olu, occurrence_number="99000000001")

    done = take(cast, content)

    assert counts(done) == (2, 0, 0, 2, 0)
    assert (linked(late), linked(pointed)) == ("99000000001", "99000000002")


def test_who_wrote_a_form_before_its_incident_was_known_may_not_review_it_in_a_dip_sample(cast, code):
    ReferralFactory(author=cast.rae, agency=cast.police, occurrence_number="99000000001")
    take(cast, content_of(row(code=code), row(number="99000000002", code=code)))
    sample = DipSampleFactory()
    drawn = [
        SampledIncidentFactory(sample=sample, incident=incident) for incident in Incident.objects.order_by("number")
    ]

    assert list(SampledIncident.objects.without_part_of(cast.rae)) == drawn[1:]
