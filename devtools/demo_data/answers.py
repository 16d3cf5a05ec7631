"""Every answer of the agencies, what was sent since, what writers were told, and the hub's questions.

The answers follow from the shares that were copied before, so the database makes them of those; what it chooses, it chooses
by the sum of a key, so that the same seed gives the same rows.
"""

from datetime import timedelta
from random import Random

from django.db import connection

from common.clock import start_of_day
from devtools.demo_data.copying import Table
from devtools.demo_data.identity import next_id
from devtools.demo_data.people import Setting
from referrals.enums import FeedbackKind
from referrals.models import Clarification, Feedback, Referral

# One in so many accepted shares needed further work first.
REWORKED = """
CREATE TEMPORARY TABLE reworked ON COMMIT DROP AS
SELECT id, shared_at, answered_at, answered_by_id, answer_due_at, referral_id, shared_by_id
FROM referrals_share WHERE state = 'ACCEPTED' AND get_byte(uuid_send(id), 3) < 24
"""
FIRST = """
INSERT INTO referrals_shareanswer
    (id, share_id, number, state, rejection_reason, missing, words, due_at, answered_at, answered_by_id)
SELECT md5('first' || id)::uuid, id, 1, 'FURTHER_WORK', '', ARRAY['RESPONSIBILITY', 'REACH'],
       'Please say who has parental responsibility and when it is safe to ring.',
       answer_due_at, shared_at + (answered_at - shared_at) / 3, answered_by_id
FROM reworked
"""
SENT = """
INSERT INTO referrals_sharesupplement (id, answer_id, words, supplied_at, supplied_by_id)
SELECT md5('sent' || id)::uuid, md5('first' || id)::uuid,
       'The mother has it; ring after nine in the morning, when she is alone.',
       shared_at + (answered_at - shared_at) * 2 / 3, shared_by_id
FROM reworked
"""
LAST = """
INSERT INTO referrals_shareanswer
    (id, share_id, number, state, rejection_reason, missing, words, due_at, answered_at, answered_by_id)
SELECT md5('last' || s.id)::uuid, s.id, CASE WHEN r.id IS NULL THEN 1 ELSE 2 END,
       CASE WHEN s.state = 'ENDED' AND s.rejection_reason <> '' THEN 'REJECTED'
            WHEN s.state = 'ENDED' THEN 'ACCEPTED' ELSE s.state END,
       s.rejection_reason, s.missing, s.answer, s.answer_due_at, s.answered_at, s.answered_by_id
FROM referrals_share s LEFT JOIN reworked r ON r.id = s.id WHERE s.answered_at IS NOT NULL
"""
# What is older than four days was read; of the rest, one in three.
TOLD_DECISION = """
INSERT INTO referrals_feedback
    (id, referral_id, recipient_id, kind, words, decision_id, told_at, told_by_id, acknowledged_at, acknowledged_by_id)
SELECT md5('told' || d.id)::uuid, r.id, r.author_id, 'DECISION', d.may_be_told, d.id, d.decided_at, d.decided_by_id,
       CASE WHEN read THEN LEAST(d.decided_at + interval '9 hours', %(now)s) END,
       CASE WHEN read THEN r.author_id END
FROM referrals_thresholddecision d JOIN referrals_referral r ON r.id = d.referral_id,
     LATERAL (SELECT d.decided_at < %(old)s OR get_byte(uuid_send(d.id), 3) < 85 AS read) looked
WHERE d.decided_at > %(since)s
"""
TOLD_ANSWER = """
INSERT INTO referrals_feedback
    (id, referral_id, recipient_id, kind, words, answer_id, told_at, told_by_id, acknowledged_at, acknowledged_by_id)
SELECT md5('told' || a.id)::uuid, r.id, r.author_id, 'ANSWER', a.words, a.id, a.answered_at, a.answered_by_id,
       CASE WHEN read THEN LEAST(a.answered_at + interval '9 hours', %(now)s) END,
       CASE WHEN read THEN r.author_id END
FROM referrals_shareanswer a JOIN referrals_share s ON s.id = a.share_id JOIN referrals_referral r ON r.id = s.referral_id,
     LATERAL (SELECT a.answered_at < %(old)s OR get_byte(uuid_send(a.id), 3) < 85 AS read) looked
WHERE a.answered_at > %(since)s
"""
LEARNING = (
    "The child's own words made this quick to decide. One thing more: say who else was in the room.",
    "Clear on what was seen. Next time say what you ask of the agency; it took a call to find out.",
    "The history was only “see system”. Two lines on the earlier nights would have spared a return.",
    "You kept fact and opinion apart, and the agency could act on it the same day.",
)
THANKS = ("Thank you: the visit found what you had worried about, and somebody is with the family now.",)
QUESTIONS = (
    "Who else was in the house when you arrived?",
    "Was the child spoken to alone? The notice says both.",
    "Which school is it? There are two of that name.",
)


def make_answers(setting: Setting, *, seed: int) -> int:
    """Adds them for the shares and decisions that are there; returns how many answers."""
    now = start_of_day(setting.today)
    times = {"now": now, "old": now - timedelta(days=4), "since": now - timedelta(days=120)}
    with connection.cursor() as cursor:
        for statement in (REWORKED, FIRST, SENT, LAST):
            cursor.execute(statement)
        count: int = cursor.rowcount
        cursor.execute(TOLD_DECISION, times)
        cursor.execute(TOLD_ANSWER, times)
    _write_by_hand(setting, Random(f"{seed} feedback"))
    return count


def _write_by_hand(setting: Setting, random: Random) -> None:
    """Learning and thanks for the newest that were answered, and questions on some that wait."""
    feedback, questions = Table(Feedback), Table(Clarification)
    deciders = setting.by_role["MASH_DECISION_MAKER"]
    answered = Referral.objects.filter(state__in=("ANSWERED", "CLOSED")).order_by("-submitted_at", "pk")[:120]
    for number, referral in enumerate(answered):
        if number % 3 == 0:
            kind = FeedbackKind.THANKS if number % 4 == 0 else FeedbackKind.LEARNING
            feedback.add(
                id=next_id(random),
                referral_id=referral.pk,
                recipient_id=referral.author_id,
                kind=str(kind),
                words=random.choice(THANKS if kind == FeedbackKind.THANKS else LEARNING),
                told_at=referral.changed_at,
                told_by_id=random.choice(deciders).pk,
            )
    for referral in Referral.objects.awaiting_decision().order_by("-submitted_at", "pk")[:12:4]:
        questions.add(
            id=next_id(random),
            referral_id=referral.pk,
            question=random.choice(QUESTIONS),
            asked_at=referral.changed_at,
            asked_by_id=random.choice(deciders).pk,
        )
    feedback.copy()
    questions.copy()
