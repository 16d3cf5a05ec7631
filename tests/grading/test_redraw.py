"""A draw can be shown again for good: by the page, by the command, and after a PPN of it was withdrawn."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from audit.models import Entry
from grading.models import GradingRound, RoundItem
from grading.services import rounds
from referrals.models import Referral, Voiding
from tests.factories.accounts import UserFactory
from tests.factories.grading import AssignmentFactory
from tests.grading.test_rounds import drawn_round, open_round, ppns
from tests.people import NOW
from tests.tampering import walls_down

pytestmark = pytest.mark.each_postgres


def withdraw(referral: Referral, *, by, at) -> None:
    Referral.objects.filter(pk=referral.pk).update(state="VOID")
    Voiding.objects.create(referral=referral, reason="TEST", words="A fictitious test.", voided_at=at, voided_by=by)


def command(round: GradingRound, *, by: str = "sam@example.org") -> list[str]:
    written = StringIO()
    call_command("redraw_round", str(round.pk), by=by, stdout=written)
    return written.getvalue().splitlines()


def test_a_ppn_that_is_withdrawn_after_the_draw_does_not_unmake_it(cast):
    round = drawn_round(cast)
    withdraw(round.items.get(position=1).referral, by=cast.sam, at=NOW + timedelta(days=1))

    again = rounds.redraw_round(round_id=round.pk, by=cast.sam, at=NOW + timedelta(days=2))

    assert [one.id for one in again] == [str(item.referral_id) for item in round.items.order_by("position")]


def test_a_ppn_that_was_withdrawn_before_the_draw_is_not_drawn(cast):
    first, _ = ppns(cast, 2)
    withdraw(first, by=cast.sam, at=NOW - timedelta(hours=1))

    round = rounds.draw_round(round_id=open_round(cast).pk, by=cast.sam, at=NOW)

    assert (round.frame_size, round.items.filter(referral=first).exists()) == (1, False)


def test_the_page_marks_what_was_withdrawn_since(client, cast):
    round = drawn_round(cast)
    assert "Withdrawn since" not in client.signed_in(cast.sam).get(round.get_absolute_url()).content.decode()

    withdraw(round.items.get(position=1).referral, by=cast.sam, at=NOW + timedelta(days=1))

    assert client.get(round.get_absolute_url()).content.decode().count("Withdrawn since") == 1


def test_who_grades_in_a_round_may_check_its_draw_and_another_grader_may_not(cast):
    round = drawn_round(cast)
    AssignmentFactory(item=round.items.first(), grader=cast.pam)

    assert len(rounds.redraw_round(round_id=round.pk, by=cast.pam, at=NOW)) == 4
    with pytest.raises(rounds.CannotRedraw, match="the panel of the round"):
        rounds.redraw_round(round_id=round.pk, by=cast.gail, at=NOW)


def test_the_command_lists_the_sample_and_says_that_it_comes_out(cast):
    round = drawn_round(cast)

    lines = command(round)

    sample = round.items.order_by("position")
    assert lines[:4] == [f"{item.position:3} {item.ticket} {item.referral_id}" for item in sample]
    assert lines[4:] == [
        f"{round}: the same 4 of 9 PPNs come out, in the same order.",
        f"Seed seven, frame {round.frame_digest}",
    ]


def test_the_command_fails_when_the_stored_sample_does_not_come_out(cast):
    round = drawn_round(cast)
    taken = round.items.values_list("referral_id", flat=True)
    with walls_down(RoundItem):
        round.items.filter(position=1).update(referral=Referral.objects.exclude(pk__in=taken).first())

    with pytest.raises(CommandError, match="does not give the sample") as refused:
        command(round)
    assert refused.value.returncode == 1


def test_the_command_fails_for_a_round_that_is_not_there(db):
    with pytest.raises(CommandError, match="There is no round"):
        call_command("redraw_round", str(uuid4()), by=UserFactory(roles=["MASH_SUPERVISOR"]).email)


def test_the_command_acts_for_somebody_who_may_check_the_draw_and_leaves_a_record(cast):
    round = drawn_round(cast)

    command(round)

    assert Entry.objects.get(what="grading.round_draw_checked").actor_id == str(cast.sam.pk)
    with pytest.raises(CommandError, match="There is no round"):
        command(round, by=cast.pam.email)
    with pytest.raises(CommandError, match="the panel of the round may check"):
        command(round, by=cast.leda.email)
    with pytest.raises(CommandError, match="Nobody here signs in as nobody@example.org"):
        command(round, by="nobody@example.org")
