"""Flags of the hub, links between referrals, and the older answers of a surgery that had no accounts yet."""

from datetime import timedelta
from random import Random

from django.db import connection

from common.clock import start_of_day
from devtools.demo_data.copying import Table
from devtools.demo_data.identity import next_id
from devtools.demo_data.people import Setting, fictitious
from referrals.enums import FlagKind, LinkKind
from referrals.models import Flag, Referral, ReferralLink

FLAGS = (
    (FlagKind.RISK_TO_STAFF, "A dog that bit a housing officer in March is loose in the yard. Go in twos, ring first."),
    (FlagKind.NOT_AT_HOME, "He reads her post and her telephone. Reach her through the school, before noon."),
    (FlagKind.COURT_ORDER, "Non-molestation order since last month: he may not come near the children or the school."),
    (FlagKind.ADDRESS_SECRET, "They moved to a refuge. The new address is in no pack and is told to nobody."),
    (FlagKind.LIVE_INVESTIGATION, "Arrests are planned this week. Speak to the investigator before any visit."),
)
CLEARED = "The order ended and was not made anew; the solicitor rang on the same day."
LINKS = (
    (LinkKind.FOLLOWS, "The same family a few weeks on; the first one ended with advice only."),
    (LinkKind.HOUSEHOLD, "Sisters who live with the same aunt."),
    (LinkKind.SAME_INCIDENT, "Two officers wrote about one evening: one saw the child, the other the father."),
    (LinkKind.COUNTER_ALLEGATION, "Each says that the other began; both were hurt."),
)
# Nobody of this surgery could sign in until two months ago.
SURGERY = "Teacup Way Surgery"
BY_TELEPHONE = """
UPDATE referrals_shareanswer answer
SET told_by = 'Practice manager', channel = CASE WHEN get_byte(uuid_send(answer.id), 3) < 128 THEN 'PHONE' ELSE 'LETTER' END,
    recorded_at = answer.answered_at + interval '2 hours', answered_by_id = share.shared_by_id
FROM referrals_share share JOIN accounts_agency agency ON agency.id = share.agency_id
WHERE share.id = answer.share_id AND agency.name = %s AND answer.answered_at < %s
"""


def make_marks(setting: Setting, *, seed: int) -> int:
    """Adds them to the newest that wait for a decision; returns how many flags and links."""
    random, now = Random(f"{seed} marks"), start_of_day(setting.today)
    deciders = setting.by_role["MASH_DECISION_MAKER"]
    flags, links = Table(Flag), Table(ReferralLink)
    waiting = list(Referral.objects.ppns().awaiting_decision().order_by("-submitted_at", "pk")[:40])
    for number, referral in enumerate(waiting[::4]):
        kind, words = FLAGS[number % len(FLAGS)]
        person = referral.people.order_by("position").first() if number % 2 else None
        is_over = number == len(FLAGS) + 2
        flags.add(
            id=next_id(random),
            referral_id=referral.pk,
            person_id=person.pk if person else None,
            kind=str(kind),
            words=words,
            raised_at=referral.submitted_at,
            raised_by_id=random.choice(deciders).pk,
            cleared_at=max(now, referral.submitted_at or now) if is_over else None,
            cleared_by_id=random.choice(deciders).pk if is_over else None,
            clear_reason=CLEARED if is_over else "",
        )
    for number, (later, earlier) in enumerate(zip(waiting[1::8], waiting[3::8], strict=False)):
        how, why = LINKS[number % len(LINKS)]
        links.add(
            id=next_id(random),
            referral_id=later.pk,
            other_id=earlier.pk,
            kind=str(how),
            words=why,
            made_at=later.submitted_at,
            made_by_id=random.choice(deciders).pk,
        )
    count = len(flags.rows) + len(links.rows)
    flags.copy()
    links.copy()
    with connection.cursor() as cursor:
        cursor.execute(BY_TELEPHONE, [fictitious(SURGERY), now - timedelta(days=60)])
    return count
