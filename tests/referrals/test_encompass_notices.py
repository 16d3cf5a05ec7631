"""Operation Encompass: each child's school is told in time, of its own pupils alone, and never through a party."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from common.clock import end_of_working_days
from jobs.models import Job
from referrals import queries, services
from referrals.enums import NOTICE_MOVES, NoticeMove, NoticeState, next_notice_state
from referrals.models import EncompassNotice, Referral, Share, ShareSnapshot
from tests.factories.accounts import AgencyFactory
from tests.people import NOW

TWINS = (
    {
        "role": "SUBJECT",
        "given_names": "Zzann",
        "family_name": "Fiction",
        "estimated_age": 8,
        "school": "Testham Primary",
    },
    {
        "role": "SIBLING",
        "given_names": "Zzbea",
        "family_name": "Fiction",
        "estimated_age": 8,
        "school": "Other Primary",
    },
    {"role": "SIBLING", "given_names": "Zzcai", "family_name": "Fiction", "estimated_age": 4},
    {"role": "PARENT_CARER", "given_names": "Zzdan", "family_name": "Fiction", "estimated_age": 40},
)


def submit(cast, *, types=("DOMESTIC_ABUSE",), people=TWINS, at=NOW, **answers):
    return services.submit_complete_referral(
        kind="PPN",
        answers={
            "types": list(types),
            "risk_level": 2,
            "lawful_basis": "PUBLIC_TASK",
            "concern": "zzconcern at night",
            "history": "zzhistory of calls",
            "voice": "zzvoice",
        }
        | answers,
        people=people,
        key=uuid.uuid4(),
        by=cast.olu,
        at=at,
    )


def decided(cast, **changes):
    referral = submit(cast, **changes)
    services.decide_referral(
        referral_id=referral.pk, level=4, pathway="SECTION_17", rationale="x" * 50, by=cast.mina, at=NOW
    )
    return referral


def notice_of(referral, given_names="Zzann"):
    return EncompassNotice.objects.get(referral=referral, child__given_names=given_names)


def send(notice, by, **changes):
    values = {"channel": "PHONE", "school": "Testham Primary", "key_adult": "Ms Head"} | changes
    return services.send_notice(notice_id=notice.pk, by=by, at=NOW, **values)


def test_each_child_gets_a_notice_of_its_own_with_its_school(cast):
    referral = submit(cast)

    found = EncompassNotice.objects.order_by("child__position").values_list("child__given_names", "school", "state")

    assert list(found) == [
        ("Zzann", "Testham Primary", "DUE"),
        ("Zzbea", "Other Primary", "DUE"),
        ("Zzcai", "", "DUE"),
    ]
    assert notice_of(referral, "Zzcai").needs_school


@pytest.mark.parametrize(
    ("types", "people"),
    [(("CHILD",), TWINS), (("DOMESTIC_ABUSE",), ({"role": "SUBJECT", "given_names": "Zzdee", "estimated_age": 30},))],
)
def test_without_domestic_abuse_or_without_a_child_no_school_is_told(cast, types, people):
    submit(cast, types=types, people=people)

    assert not EncompassNotice.objects.exists()


@pytest.mark.parametrize(
    ("reported", "due"),
    [
        (datetime(2026, 11, 19, 22, tzinfo=UTC), datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
        (datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
        (datetime(2026, 11, 21, 3, tzinfo=UTC), datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
        (datetime(2026, 12, 24, 15, tzinfo=UTC), datetime(2026, 12, 29, 8, 30, tzinfo=UTC)),
        (datetime(2026, 8, 10, 20, tzinfo=UTC), datetime(2026, 8, 11, 7, 30, tzinfo=UTC)),
    ],
)
def test_it_is_due_before_the_next_school_day_and_at_the_latest_in_one_working_day(cast, reported, due):
    referral = submit(cast, reported_at=reported, at=reported + timedelta(hours=1))

    notice = notice_of(referral)

    assert notice.due_at == due
    assert notice.due_at <= end_of_working_days(reported, 1)


def test_a_school_is_told_by_telephone_and_says_that_it_has_it(cast):
    notice = notice_of(submit(cast))

    send(notice, cast.mina)
    services.acknowledge_notice(notice_id=notice.pk, by=cast.mina, at=NOW)

    notice.refresh_from_db()
    assert (notice.state, notice.channel, notice.key_adult, notice.tries) == ("ACKNOWLEDGED", "PHONE", "Ms Head", 1)
    told = [
        (entry.what, entry.details["from"], entry.details["to"])
        for entry in Entry.objects.filter(what__startswith="encompass")
    ]
    assert ("encompass.sent", "DUE", "SENT") in told
    assert ("encompass.acknowledged", "SENT", "ACKNOWLEDGED") in told
    assert not any("zz" in str(entry.details).lower() for entry in Entry.objects.filter(what__startswith="encompass"))


def test_in_the_service_the_school_is_shared_the_little_it_needs_about_its_pupil_alone(client, cast):
    notice = notice_of(decided(cast))

    send(notice, cast.mina, channel="SERVICE", school="", agency=cast.elsewhere)

    page = client.signed_in(cast.out).get(notice.referral.get_absolute_url()).content.decode().lower()
    assert all(told in page for told in ("zzann", "zzconcern", "zzvoice"))
    for private in ("zzbea", "zzcai", "zzdan", "zzhistory"):
        assert private not in page
    share = Share.objects.get()
    assert (share.lawful_basis, share.agency) == ("LEGAL_OBLIGATION", cast.elsewhere)
    assert "we have this notice" in page
    client.post(reverse("referrals:encompass_arrived", args=[notice.referral_id, notice.pk]))
    notice.refresh_from_db()
    assert (notice.state, notice.acknowledged_by) == ("ACKNOWLEDGED", cast.out)


def test_a_second_pupil_of_the_same_school_joins_the_first_and_one_of_another_school_gets_a_second_message(cast):
    referral = decided(cast)
    other = AgencyFactory(name="Other Primary (fictitious)", kind="EDUCATION")
    for child, agency in (("Zzann", cast.elsewhere), ("Zzcai", cast.elsewhere), ("Zzbea", other)):
        send(notice_of(referral, child), cast.mina, channel="SERVICE", school="", agency=agency)

    def pupils(agency):
        last = ShareSnapshot.objects.filter(share__agency=agency).order_by("-number").first()
        return {row["given_names"] for row in last.content["people"]}

    assert pupils(cast.elsewhere) == {"Zzann", "Zzcai"}
    assert pupils(other) == {"Zzbea"}


@pytest.mark.parametrize("name", ["Zzdan Fiction", "fiction, ZZDAN", " zzdan  fiction "])
def test_a_school_is_never_told_through_somebody_of_the_referral(cast, name):
    notice = notice_of(submit(cast))

    with pytest.raises(services.CannotNotify, match="key adult is a person of this referral"):
        send(notice, cast.mina, key_adult=name)

    notice.refresh_from_db()
    assert (notice.state, notice.tries) == ("DUE", 0)


def test_an_unknown_school_does_not_end_the_duty(cast):
    notice = notice_of(submit(cast), "Zzcai")

    with pytest.raises(services.CannotNotify, match="Find the school first"):
        send(notice, cast.mina, school=" ")

    assert list(queries.notices_to_send(cast.mina).filter(pk=notice.pk)) == [notice]


def test_the_wrong_receiver_is_refused(cast):
    notice = notice_of(decided(cast))
    for wrong in (
        {"channel": "SERVICE"},
        {"channel": "SERVICE", "agency": cast.council},
        {"channel": "PHONE", "agency": cast.elsewhere},
        {"channel": "PIGEON"},
        {"key_adult": " "},
    ):
        with pytest.raises(services.CannotNotify):
            send(notice, cast.mina, **wrong)


def test_before_a_decision_nothing_is_shared_in_the_service_and_the_telephone_does_not_wait(cast):
    notice = notice_of(submit(cast))

    with pytest.raises(services.CannotShare, match="Record a decision first"):
        send(notice, cast.mina, channel="SERVICE", agency=cast.elsewhere)
    send(notice, cast.mina)

    assert notice_of(Referral.objects.get()).state == NoticeState.SENT


def test_after_three_tries_somebody_rings(cast):
    notice = notice_of(submit(cast))
    for _ in range(3):
        send(notice, cast.mina, channel="SECURE_MAIL")
        services.fail_notice(notice_id=notice.pk, words="It bounced.", by=cast.mina, at=NOW)

    with pytest.raises(services.CannotNotify, match="ring the school"):
        send(notice, cast.mina, channel="SECURE_MAIL")
    assert send(notice, cast.mina).tries == 4


# Each move of a notice with the deed that makes it; sending again is sending from where it failed.
DEEDS = {
    NoticeMove.SEND: lambda cast, notice: send(notice, cast.sam),
    NoticeMove.RETRY: lambda cast, notice: send(notice, cast.sam),
    NoticeMove.ACKNOWLEDGE: lambda cast, notice: services.acknowledge_notice(notice_id=notice.pk, by=cast.sam, at=NOW),
    NoticeMove.FAIL: lambda cast, notice: services.fail_notice(
        notice_id=notice.pk, words="Bounced.", by=cast.sam, at=NOW
    ),
    NoticeMove.EXCEPT: lambda cast, notice: services.except_notice(
        notice_id=notice.pk, reason="UNSAFE", words="The head is his aunt.", by=cast.sam, at=NOW
    ),
}
STEPS = {
    NoticeState.DUE: (),
    NoticeState.SENT: (NoticeMove.SEND,),
    NoticeState.ACKNOWLEDGED: (NoticeMove.SEND, NoticeMove.ACKNOWLEDGE),
    NoticeState.FAILED: (NoticeMove.SEND, NoticeMove.FAIL),
    NoticeState.EXCEPTED: (NoticeMove.EXCEPT,),
}


@pytest.mark.parametrize("state", NoticeState)
@pytest.mark.parametrize("move", [NoticeMove.SEND, NoticeMove.ACKNOWLEDGE, NoticeMove.FAIL, NoticeMove.EXCEPT])
def test_a_notice_moves_where_the_table_allows_it_and_nowhere_else(cast, move, state):
    notice = notice_of(submit(cast))
    for step in STEPS[state]:
        DEEDS[step](cast, notice)
    before = Entry.objects.count()
    expected = next_notice_state(move, state)
    if move == NoticeMove.SEND and expected is None:
        expected = next_notice_state(NoticeMove.RETRY, state)

    # The same person who does again what is done changes nothing, and it is no problem to tell of.
    is_again = STEPS[state][-1:] == (move,) and move in (NoticeMove.SEND, NoticeMove.ACKNOWLEDGE)
    if expected is None and not is_again:
        with pytest.raises(services.CannotNotify):
            DEEDS[move](cast, notice)
    else:
        DEEDS[move](cast, notice)

    notice.refresh_from_db()
    assert notice.state == (expected or state)
    assert (Entry.objects.count() > before) == (expected is not None)
    assert {move for move, _ in NOTICE_MOVES} == set(DEEDS)


@pytest.mark.parametrize("who", ["olu", "lin", "pat", "ada"])
def test_nobody_else_tells_a_school(cast, who):
    notice, user = notice_of(submit(cast)), getattr(cast, who)
    for deed in (
        lambda: send(notice, user),
        lambda: services.fail_notice(notice_id=notice.pk, words="x", by=user, at=NOW),
        lambda: services.acknowledge_notice(notice_id=notice.pk, by=user, at=NOW),
    ):
        with pytest.raises(services.CannotNotify):
            deed()


def test_only_a_supervisor_decides_that_a_school_is_not_told_and_says_why(cast):
    notice = notice_of(submit(cast))
    for by, reason, words in (
        (cast.mina, "UNSAFE", "The head is his aunt."),
        (cast.sam, "BECAUSE", "The head is his aunt."),
        (cast.sam, "UNSAFE", " "),
    ):
        with pytest.raises(services.CannotNotify):
            services.except_notice(notice_id=notice.pk, reason=reason, words=words, by=by, at=NOW)

    assert notice_of(Referral.objects.get()).state == NoticeState.DUE


def test_what_is_owed_to_schools_stands_on_the_home_page_late_when_its_time_has_come(client, cast):
    referral = submit(cast)
    due = notice_of(referral).due_at

    def line(at):
        lines = {line.title: line for line in queries.waiting_for(cast.mina, at=at)}
        return lines["schools to tell (Operation Encompass)"]

    assert (line(due - timedelta(minutes=1)).count, line(due - timedelta(minutes=1)).is_late) == (3, False)
    assert line(due + timedelta(minutes=1)).is_late
    page = client.signed_in(cast.mina).get(line(due).url)
    assert len(page.context["page"].items) == 3
    assert "Find the school" in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_of_the_list_does_not_grow(client, cast, django_assert_num_queries, rows):
    for _ in range(rows):
        submit(cast, people=TWINS[:1])
    browser = client.signed_in(cast.mina)
    browser.get(reverse("referrals:encompass"))

    with django_assert_num_queries(5):
        assert len(browser.get(reverse("referrals:encompass")).context["page"].items) == rows


def test_the_pages_tell_the_school_and_keep_what_was_typed_when_it_is_refused(client, cast):
    referral = submit(cast)
    notice = notice_of(referral)
    browser = client.signed_in(cast.sam)
    address = reverse("referrals:encompass_send", args=[referral.pk, notice.pk])

    refused = browser.post(address, {"channel": "PHONE", "school": "Testham Primary", "key_adult": "Zzdan Fiction"})
    assert refused.status_code == 422
    assert "The key adult is a person of this referral" in refused.content.decode()
    assert refused.context["form"]["key_adult"].value() == "Zzdan Fiction"
    missing = browser.post(address, {"channel": "SERVICE", "key_adult": "Ms Head"})
    assert missing.context["form"].errors == {"agency": ["Choose the school."]}
    assert browser.post(address, {"channel": "PHONE", "school": "A school", "key_adult": "Ms Head"}).status_code == 302

    assert notice_of(referral).state == NoticeState.SENT
    other = notice_of(referral, "Zzbea")
    excepting = reverse("referrals:encompass_except", args=[referral.pk, other.pk])
    assert browser.post(excepting, {"reason": "NO_SETTING"}).status_code == 422
    assert browser.post(excepting, {"reason": "NO_SETTING", "words": "Taught at home."}).status_code == 302
    assert Job.objects.exclude(task__contains="submission").exclude(task__contains="writer_copy").count() == 0


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        ({"state": "SENT"}, "encompass_notice_sent_says_who_when_how_and_to_whom"),
        ({"sent_at": NOW}, "encompass_notice_sent_says_who_when_how_and_to_whom"),
        ({"acknowledged_at": NOW}, "encompass_notice_acknowledged_says_who_and_when"),
        ({"state": "EXCEPTED"}, "encompass_notice_excepted_says_who_when_and_why"),
        ({"exception": "UNSAFE"}, "encompass_notice_excepted_says_who_when_and_why"),
        ({"state": "FAILED"}, "encompass_notice_failed_says_why"),
    ],
)
def test_the_database_refuses_a_notice_that_breaks_a_rule(cast, row, constraint):
    submit(cast)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        EncompassNotice.objects.update(**row)


def test_the_database_refuses_a_second_notice_for_a_child(cast):
    notice = notice_of(submit(cast))

    with pytest.raises(IntegrityError, match="encompass_notice_one_for_each_child"), transaction.atomic():
        EncompassNotice.objects.create(referral=notice.referral, child=notice.child, due_at=NOW)
