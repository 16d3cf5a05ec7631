"""What a drill found: counts before and after, what was lost, what was done twice."""

from dataclasses import dataclass, field

from devtools.drills.clients import Clients
from devtools.drills.stage import Stage

SENT = "SELECT count(*) FROM referrals_referral WHERE submitted_at IS NOT NULL"
HUB_MAIL, WRITER_COPY = "referrals.tasks.email_hub_about_submission", "referrals.tasks.make_writer_copy"


@dataclass
class Outcome:
    """`lost`, `doubled` and `unanswered` (a client that asked for three minutes and was never told) must be 0; `faults` says how often
    something was broken, `mails_again` how often a mail was handed over again under its Message-ID, `notes` what else was seen.
    """

    name: str
    faults: int = 0
    before: int = 0
    after: int = 0
    acknowledged: int = 0
    refused: int = 0
    lost: int = 0
    doubled: int = 0
    unanswered: int = 0
    mails_again: int = 0
    settled_in: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return self.lost == self.doubled == self.unanswered == 0


def count_before(stage: Stage, outcome: Outcome) -> None:
    outcome.before = stage.value(SENT)
    outcome.mails_again = -_again(stage)


def compare(stage: Stage, clients: Clients, outcome: Outcome) -> None:
    """After the drill: each acknowledged referral is there once, with its PDF, its mail and its entry; nothing else is."""
    outcome.settled_in = stage.settle()
    outcome.after = stage.value(SENT)
    outcome.acknowledged, outcome.refused = len(clients.acknowledged), sum(clients.refused.values())
    outcome.unanswered = len(clients.given_up)
    outcome.notes += [f"{count} times {kind}" for kind, count in sorted(clients.refused.items())]
    there = set(stage.column("SELECT id::text FROM referrals_referral WHERE submitted_at IS NOT NULL"))
    outcome.lost += len(set(clients.acknowledged.values()) - there)
    # A key whose client gave up may have made its one referral or none.
    made = outcome.after - outcome.before
    outcome.doubled += max(0, made - len(clients.sent)) + len(clients.wrong)
    outcome.lost += max(0, len(clients.acknowledged) - made)
    copies = stage.value("SELECT count(*) FROM referrals_writercopy")
    entries = stage.value("SELECT count(*) FROM audit_entry WHERE what = 'referral.submitted'")
    mail_jobs = stage.value("SELECT count(*) FROM jobs_job WHERE task = %s", HUB_MAIL)
    for found in (copies, entries, mail_jobs):
        outcome.lost += max(0, outcome.after - found)
        outcome.doubled += max(0, found - outcome.after)
    _compare_files(stage, outcome)
    _compare_mail(stage, outcome)


def _compare_files(stage: Stage, outcome: Outcome) -> None:
    """Every file that a row names is there."""
    names = stage.column("SELECT file FROM referrals_writercopy")
    outcome.lost += sum(not (stage.media / name).is_file() for name in names)


def _compare_mail(stage: Stage, outcome: Outcome) -> None:
    """Every message that counts as sent arrived; one that arrived twice has the same Message-ID, by which mail servers know it."""
    sent = set(stage.column("SELECT id::text FROM mail_message WHERE state = 'SENT'"))
    arrived = {name.partition("@")[0]: count for name, count in stage.mailbox.taken.items()}
    outcome.lost += len(sent - set(arrived))
    waiting = stage.value("SELECT count(*) FROM mail_message WHERE state <> 'SENT'")
    outcome.lost += waiting
    outcome.mails_again += _again(stage)


def _again(stage: Stage) -> int:
    return sum(count - 1 for count in stage.mailbox.taken.values())
