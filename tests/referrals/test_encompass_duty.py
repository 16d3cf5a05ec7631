"""The duty to tell a school cannot be lost: by amendment, without a name, without an acknowledgement, or by being late."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from common.clock import end_of_working_days
from jobs import services as jobs
from jobs.models import Job
from referrals import queries, services
from referrals.enums import NoticeState, ReferralState, ShareState
from referrals.models import DomesticAbuseModule, EncompassNotice, Referral, Share
from tests.people import NOW
from tests.referrals.test_encompass_notices import TWINS, decided, notice_of, send, submit

MONDAY = NOW + timedelta(days=3)
ADULT = ({"role": "SUBJECT", "given_names": "Zzdee", "family_name": "Fiction", "estimated_age": 30},)


def line(user, url, at=NOW):
    lines = {line.url: line for line in queries.waiting_for(user, at=at)}
    return lines[url]


TO_TELL = reverse("referrals:encompass")
SILENT = f"{TO_TELL}?show=told"


def amend(cast, referral, *, at=MONDAY, **answers):
    return services.amend_section(
        referral_id=referral.pk, version=referral.version, answers=answers, reason="New facts.", by=cast.olu, at=at
    )


def name_child(cast, referral, *, at=MONDAY, **child):
    referral.refresh_from_db()
    return services.amend_person(
        referral_id=referral.pk,
        person_id=None,
        version=referral.version,
        answers=TWINS[0] | child,
        reason="She was found.",
        by=cast.olu,
        at=at,
    )


def test_domestic_abuse_that_an_amendment_adds_is_told_from_when_it_was_known(cast):
    referral = submit(cast, types=("CHILD",), people=TWINS)
    assert not EncompassNotice.objects.exists()

    amend(cast, referral, types=["CHILD", "DOMESTIC_ABUSE"])

    assert notice_of(referral).due_at == queries.school_begins_after(MONDAY)
    assert EncompassNotice.objects.count() == 3


def test_a_child_whom_an_amendment_adds_gets_a_notice_and_no_other_is_opened_twice(cast):
    referral = submit(cast, people=[TWINS[1] | {"role": "SUBJECT"}])
    first = notice_of(referral, "Zzbea")

    name_child(cast, referral)
    amend(cast, Referral.objects.get(), needs="A warm room.")

    assert notice_of(referral).due_at == queries.school_begins_after(MONDAY)
    first.refresh_from_db()
    assert EncompassNotice.objects.count() == 2
    assert first.due_at == queries.school_begins_after(NOW)


@pytest.mark.parametrize(
    ("types", "children", "people"),
    [
        (("DOMESTIC_ABUSE", "CHILD"), "", ADULT),
        (("DOMESTIC_ABUSE", "CHILD"), "", ({"role": "SUBJECT", "given_names": "Zzage", "family_name": "Unknown"},)),
        (("DOMESTIC_ABUSE",), "NAMED", ADULT),
        (("DOMESTIC_ABUSE",), "NOT_KNOWN", ADULT),
    ],
)
def test_a_duty_without_a_named_child_is_a_task_that_can_be_late(client, cast, types, children, people):
    referral = services.submit_complete_referral(
        kind="PPN",
        answers={"types": list(types), "risk_level": 2, "lawful_basis": "PUBLIC_TASK", "concern": "zzconcern"},
        people=people,
        modules={"DOMESTIC_ABUSE": {"children": children}} if children else None,
        key="8a5a3d0e-0000-4000-8000-000000000001",
        by=cast.olu,
        at=NOW,
    )

    notice = EncompassNotice.objects.get()

    assert (notice.referral, notice.child, notice.state) == (referral, None, NoticeState.DUE)
    assert line(cast.mina, TO_TELL, at=notice.due_at + timedelta(minutes=1)).is_late
    page = client.signed_in(cast.mina).get(reverse("referrals:encompass")).content.decode()
    assert "Find out which child" in page
    assert "A child who is not named yet" in client.get(referral.get_absolute_url()).content.decode()


@pytest.mark.parametrize("children", ["NONE", ""])
def test_where_there_is_no_child_there_is_no_task(cast, children):
    submit(cast, people=ADULT)
    DomesticAbuseModule.objects.update_or_create(referral=Referral.objects.get(), defaults={"children": children})

    services.open_notices(Referral.objects.get(), since=NOW)

    assert not EncompassNotice.objects.exists()


def test_the_first_child_who_is_named_takes_the_task_over_with_its_clock(cast):
    referral = submit(cast, types=("DOMESTIC_ABUSE", "CHILD"), people=ADULT)
    task = EncompassNotice.objects.get()

    name_child(cast, referral)
    name_child(cast, referral, given_names="Zzbea")

    task.refresh_from_db()
    assert (task.child.given_names, task.school, task.due_at) == (
        "Zzann",
        "Testham Primary",
        queries.school_begins_after(NOW),
    )
    assert notice_of(referral, "Zzbea").due_at == queries.school_begins_after(MONDAY)


def test_a_task_without_a_child_is_done_by_telephone_but_never_by_sharing(cast):
    decided(cast, types=("DOMESTIC_ABUSE", "CHILD"), people=ADULT)
    task = EncompassNotice.objects.get()

    with pytest.raises(services.CannotNotify, match="Nobody named the child"):
        send(task, cast.mina, channel="SERVICE", agency=cast.elsewhere)
    send(task, cast.mina)

    task.refresh_from_db()
    assert task.state == NoticeState.SENT
    assert not Share.objects.exists()


def test_that_there_is_no_child_is_a_reason_only_while_none_is_named(cast):
    referral = submit(cast, types=("DOMESTIC_ABUSE", "CHILD"), people=ADULT)
    no_child = {"reason": "NO_CHILD", "words": "The box was ticked by mistake.", "by": cast.sam, "at": NOW}
    services.except_notice(notice_id=EncompassNotice.objects.get().pk, **no_child)
    name_child(cast, referral)

    with pytest.raises(services.CannotNotify, match="This child is named"):
        services.except_notice(notice_id=notice_of(referral).pk, **no_child)

    assert EncompassNotice.objects.filter(state=NoticeState.EXCEPTED, child=None).count() == 1


def test_a_notice_that_no_school_acknowledged_stands_in_a_list_with_a_clock(client, cast):
    referral = submit(cast)
    notice = send(notice_of(referral), cast.mina)
    due = end_of_working_days(NOW, 1)

    waiting = line(cast.mina, SILENT)
    page = client.signed_in(cast.mina).get(waiting.url)

    assert (waiting.count, waiting.is_late) == (1, False)
    assert line(cast.mina, SILENT, at=due + timedelta(minutes=1)).is_late
    assert [row.pk for row in page.context["page"].items] == [notice.pk]
    assert "Told, not acknowledged" in page.content.decode()
    services.acknowledge_notice(notice_id=notice.pk, by=cast.mina, at=NOW)
    assert line(cast.mina, SILENT).count == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_of_that_list_does_not_grow(client, cast, django_assert_num_queries, rows):
    for _ in range(rows):
        send(notice_of(submit(cast, people=TWINS[:1])), cast.mina)
    browser = client.signed_in(cast.mina)
    browser.get(reverse("referrals:encompass"), {"show": "told"})

    with django_assert_num_queries(5):
        assert len(browser.get(reverse("referrals:encompass"), {"show": "told"}).context["page"].items) == rows


def shared_notice(cast):
    notice = notice_of(decided(cast))
    send(notice, cast.mina, channel="SERVICE", school="", agency=cast.elsewhere)
    return EncompassNotice.objects.get(pk=notice.pk)


@pytest.mark.parametrize("who", ["out", "sam"])
def test_acknowledging_settles_what_was_shared_and_leaves_the_referral_where_it_is(client, cast, who):
    notice = shared_notice(cast)
    assert Referral.objects.get().state == ReferralState.DECIDED
    assert notice.referral.shares.get().state == ShareState.WAITING

    services.acknowledge_notice(notice_id=notice.pk, by=getattr(cast, who), at=NOW)

    share = Share.objects.get()
    assert (share.state, share.answered_by, share.answers.count()) == (ShareState.ACCEPTED, getattr(cast, who), 0)
    assert Entry.objects.get(what="share.acknowledged").details["to"] == "DECIDED"
    for other in EncompassNotice.objects.exclude(pk=notice.pk):
        send(other, cast.mina)
        services.acknowledge_notice(notice_id=other.pk, by=cast.sam, at=NOW)
    services.close_referral(referral_id=notice.referral_id, by=cast.sam, at=NOW)
    assert Referral.objects.get().state == ReferralState.CLOSED
    page = client.signed_in(cast.mina).get(notice.referral.get_absolute_url()).content.decode()
    assert "The school has the notice" in page


def test_a_notice_holds_back_neither_the_answer_of_another_agency_nor_what_a_school_needs_more(cast, life):
    notice = shared_notice(cast)
    other = life.share(notice.referral, cast.council)
    services.answer_share(share_id=other.pk, answer_state="ACCEPTED", by=cast.pat, at=NOW)
    assert Referral.objects.get().state == ReferralState.ANSWERED

    needs = {"answer_state": "FURTHER_WORK", "missing": ["WHO"], "words": "Which class?"}
    services.answer_share(share_id=notice.share_id, by=cast.out, at=NOW, **needs)
    services.supply_missing(share_id=notice.share_id, words="Class 3.", by=cast.mina, at=NOW)

    assert Referral.objects.get().state == ReferralState.ANSWERED
    assert Share.objects.get(pk=notice.share_id).state == ShareState.WAITING


def test_a_school_that_has_a_notice_owes_no_answer(client, cast, mailoutbox):
    notice = shared_notice(cast)
    Job.objects.all().delete()
    much_later = NOW + timedelta(days=60)

    assert services.chase_late_answers(at=much_later) == services.tell_of_silence(at=much_later) == 0
    assert queries.awaited_by(cast.mina).count() == 0
    assert line(cast.mina, SILENT, at=much_later).is_late
    page = client.signed_in(cast.out).get(notice.referral.get_absolute_url()).content.decode()
    assert "We have this notice" in page
    assert "Your answer is due" not in page


def test_a_share_of_another_kind_still_waits_for_its_answer(cast, life):
    notice = notice_of(decided(cast))
    life.share(notice.referral, cast.elsewhere)
    send(notice, cast.mina, channel="SERVICE", school="", agency=cast.elsewhere)

    services.acknowledge_notice(notice_id=notice.pk, by=cast.out, at=NOW)

    share = Share.objects.get()
    assert (share.is_notice, share.state) == (False, ShareState.WAITING)


def test_notices_that_become_late_are_told_to_supervisors_once_as_they_stand(cast, mailoutbox):
    referral = submit(cast)
    due = notice_of(referral).due_at + timedelta(minutes=1)
    Job.objects.all().delete()

    assert [services.note_late_notices(at=due) for _ in range(2)] == [3, 0]
    send(notice_of(referral), cast.mina)
    assert services.note_late_notices(at=due) == 0
    assert services.note_late_notices(at=due + timedelta(days=9)) == 1
    for job in Job.objects.order_by("created_at"):
        jobs.run(job_id=job.pk, at=NOW.replace(year=2030))

    assert [mail.to for mail in mailoutbox] == [[cast.sam.email]] * 2
    assert "not told in time (Operation Encompass): 3." in mailoutbox[0].body
    assert "not said that they have a notice: 1." in mailoutbox[1].body
    assert not any("zz" in (mail.subject + mail.body).lower() for mail in mailoutbox)
    assert Entry.objects.filter(what="encompass.became_late").count() == 4


def test_the_database_keeps_one_task_without_a_child_and_no_share_of_it(cast):
    submit(cast, types=("DOMESTIC_ABUSE", "CHILD"), people=ADULT)
    task = EncompassNotice.objects.get()
    with pytest.raises(IntegrityError, match="encompass_notice_one_without_a_child"), transaction.atomic():
        EncompassNotice.objects.create(referral=task.referral, due_at=NOW)

    shared = shared_notice(cast)
    with pytest.raises(IntegrityError, match="encompass_notice_shared_names_the_child"), transaction.atomic():
        EncompassNotice.objects.filter(pk=task.pk).update(share=shared.share)
