"""A reviewer corrects a live gap while it is open: no words are lost, and whoever closes it has read the newest."""

from datetime import timedelta

import pytest
from django.db import transaction

from audit.models import Entry
from grading.models import IncidentReview, LiveGap, LiveGapCorrection
from grading.services import live_gaps
from tests.grading.test_live_gaps import DONE, OUTCOME, WHY, mails, review, sampled_of
from tests.people import NOW, make_cast
from tests.races import at_once, while_another_waits

LATER_WHY = "LEAKED-LATER-WHY: the fictitious child was not alone, but the carer could not be woken."
LATER_DONE = "LEAKED-LATER-DONE: the patrol is on its way."


def test_other_words_while_the_gap_is_open_stand_beside_the_first_and_neither_is_lost(cast):
    sampled = sampled_of(cast)
    review(sampled, cast.rae)
    later = NOW + timedelta(hours=1)

    review(sampled, cast.rae, why=LATER_WHY, live_gap_action=LATER_DONE, at=later)

    gap = LiveGap.objects.get()
    assert (gap.what, gap.done_at_once, gap.is_open) == (WHY, DONE, True)
    (correction,) = gap.corrections.all()
    assert (correction.number, correction.what, correction.done_at_once) == (1, LATER_WHY, LATER_DONE)
    assert (correction.corrected_at, correction.corrected_by) == (later, cast.rae)
    entry = Entry.objects.get(what="grading.live_gap_corrected")
    assert (entry.actor_id, entry.object_id, entry.details) == (
        str(cast.rae.pk),
        str(gap.pk),
        {"number": 1, "is_withdrawn": False},
    )


def test_each_change_of_the_words_is_kept_once_and_in_order(cast):
    sampled = sampled_of(cast)
    said = [
        (WHY, DONE),
        (LATER_WHY, DONE),
        (LATER_WHY, DONE),
        (LATER_WHY, ""),
        (LATER_WHY, LATER_DONE),
        (WHY, DONE),
    ]
    for hours, (why, done) in enumerate(said):
        review(sampled, cast.rae, why=why, live_gap_action=done, at=NOW + timedelta(hours=hours))

    kept = LiveGap.objects.get().corrections.in_order().values_list("number", "what", "done_at_once")
    assert list(kept) == [(1, LATER_WHY, DONE), (2, LATER_WHY, ""), (3, LATER_WHY, LATER_DONE), (4, WHY, DONE)]


def test_a_correction_that_leaves_the_words_as_they_are_is_no_correction_of_the_gap(cast):
    sampled = sampled_of(cast)
    review(sampled, cast.rae)

    review(sampled, cast.rae, required_types=["CHILD", "HATE"])

    assert not LiveGapCorrection.objects.exists()


def test_the_supervisors_are_told_again_with_a_link_and_nothing_of_the_case(cast, mailoutbox):
    sampled = sampled_of(cast)
    review(sampled, cast.rae)
    mails(mailoutbox).clear()
    review(sampled, cast.rae, why=LATER_WHY)
    review(sampled, cast.rae, why=LATER_WHY, live_gap_action="")

    first, second = mails(mailoutbox)

    for mail in (first, second):
        assert (mail.to, mail.subject) == (["sam@example.org"], "A live gap was corrected: read it again")
        assert LiveGap.objects.get().get_absolute_url() in mail.body
        assert "LEAKED" not in f"{mail.subject} {mail.body}"


def test_a_correction_of_which_the_entry_cannot_be_written_is_not_kept(cast, monkeypatch):
    sampled = sampled_of(cast)
    review(sampled, cast.rae)

    def fail(**_: object) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr("grading.services.live_gaps.audit.record", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        review(sampled, cast.rae, why=LATER_WHY)

    assert not LiveGapCorrection.objects.exists()
    assert IncidentReview.objects.get().why == WHY


def test_the_page_shows_what_was_raised_and_every_correction(client, cast):
    sampled = sampled_of(cast)
    review(sampled, cast.rae)
    review(sampled, cast.rae, why=LATER_WHY, live_gap_action=LATER_DONE)

    page = client.signed_in(cast.sam).get(LiveGap.objects.get().get_absolute_url()).content.decode()

    for words in (WHY, DONE, LATER_WHY, LATER_DONE):
        assert words in page


def test_nobody_closes_it_on_words_that_were_corrected_since_they_opened_the_page(client, cast):
    sampled = sampled_of(cast)
    review(sampled, cast.rae)
    gap = LiveGap.objects.get()
    client.signed_in(cast.sam)
    assert '<input type="hidden" name="seen" value="0">' in client.get(gap.get_absolute_url()).content.decode()
    review(sampled, cast.rae, why=LATER_WHY)

    refused = client.post(gap.get_absolute_url(), {"outcome": OUTCOME, "seen": "0"})

    assert (refused.status_code, LiveGap.objects.get().is_open) == (422, True)
    assert refused.context["form"].non_field_errors() == [
        "The review was corrected meanwhile. Read what it says now, then close the live gap."
    ]
    assert LATER_WHY in refused.content.decode()
    assert client.post(gap.get_absolute_url(), {"outcome": OUTCOME, "seen": "1"}).status_code == 302


def test_a_review_that_is_corrected_after_the_gap_was_closed_shows_on_its_page(client, cast):
    sampled = sampled_of(cast)
    review(sampled, cast.rae)
    gap = LiveGap.objects.get()
    live_gaps.close_live_gap(gap_id=gap.pk, outcome=OUTCOME, by=cast.sam, at=NOW + timedelta(hours=1))
    review(sampled, cast.rae, why=LATER_WHY, live_gap_action=LATER_DONE, at=NOW + timedelta(hours=2))

    page = client.signed_in(cast.sam).get(gap.get_absolute_url()).content.decode()

    assert not LiveGapCorrection.objects.exists()
    for words in (WHY, DONE, LATER_WHY, LATER_DONE, "after the live gap was closed"):
        assert words in page


@pytest.mark.django_db(transaction=True)
def test_two_saves_at_once_keep_both_texts_under_two_numbers():
    cast = make_cast()
    sampled = sampled_of(cast)
    review(sampled, cast.rae)

    at_once(
        lambda: review(sampled, cast.rae, why=LATER_WHY),
        lambda: review(sampled, cast.rae, live_gap_action=LATER_DONE),
    )

    kept = LiveGap.objects.get().corrections.in_order().values_list("number", "what", "done_at_once")
    assert [number for number, *_ in kept] == [1, 2]
    assert {tuple(words) for _, *words in kept} == {(LATER_WHY, DONE), (WHY, LATER_DONE)}


@pytest.mark.django_db(transaction=True)
def test_a_correction_waits_for_who_is_closing_the_gap_and_adds_nothing_to_a_closed_one():
    cast = make_cast()
    sampled = sampled_of(cast)
    found = review(sampled, cast.rae)
    gap = LiveGap.objects.get()
    found.why = LATER_WHY

    def close() -> None:
        live_gaps.close_live_gap(gap_id=gap.pk, outcome=OUTCOME, by=cast.sam, at=NOW)

    def correct() -> LiveGap | None:
        with transaction.atomic():
            return live_gaps.correct_live_gap(found, by=cast.rae, at=NOW)

    assert while_another_waits(close, correct) is None
    assert not LiveGapCorrection.objects.exists()
