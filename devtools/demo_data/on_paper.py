"""A spreadsheet of initial training of somebody experienced, signed on paper years ago: taken over, and one item of it accepted."""

from datetime import date, timedelta

from common.clock import start_of_day
from devtools.demo_data.identity import named_id
from devtools.demo_data.modules import MODULES
from devtools.demo_data.people import Setting
from training.models import EarlierAcceptance, EarlierImport, EarlierSignOff
from training.models.earlier import known_as
from training.services.earlier_sign_offs import digest_of

HEADINGS = ["Module", "Date completed", "Evidence", "Mentor", "Mentor date", "Line manager", "LM date"]
FIELDS = ("item", "done_on", "evidence", "mentor", "mentor_on", "line_manager", "line_manager_on")
MENTOR, MANAGER = "Harbour, F. (fictitious)", "Sands, T. (fictitious)"
# item, days ago, evidence, whether the line manager signed too
ROWS = (
    (MODULES[0].title, 1_300, "Sat with each desk for an hour. Sheet 1 of the folder.", True),
    ("Fax machine and the old referral form", 1_290, "Sent and filed ten forms with the mentor.", True),
    ("Quality of crime records (local course)", 1_240, "Certificate in the folder.", False),
)
WHY = "I saw the signed sheet in the folder of the old office; the desk work has not changed since."


def make_on_paper(setting: Setting) -> int:
    """Take the spreadsheet over; modules must be there. Returns how many sign-offs."""
    person, trainer = setting.by_role["MASH_DECISION_MAKER"][1], setting.people["trainer"]
    at = start_of_day(setting.today - timedelta(days=20)) + timedelta(hours=11)
    done = EarlierImport.objects.create(
        id=named_id("import of paper", person.email),
        agency=setting.hub,
        person=person,
        by=trainer,
        at=at,
        file_name="initial training record.xlsx",
        sha256=named_id("paper", person.email).hex * 2,
        headings=HEADINGS,
        headings_sha256=digest_of(HEADINGS),
        places={name: place for place, name in enumerate(FIELDS)},
        rows=len(ROWS),
        taken=len(ROWS),
        already_there=0,
        refused=0,
    )
    sign_offs = [
        EarlierSignOff(
            id=named_id("paper", person.email, item),
            agency=setting.hub,
            person=person,
            taken_from=done,
            row_number=number,
            item=item,
            item_key=known_as(item),
            done_on=_day(setting, ago),
            evidence=evidence,
            mentor=MENTOR,
            mentor_on=_day(setting, ago - 1),
            line_manager=MANAGER if is_signed else "",
            line_manager_on=_day(setting, ago - 9) if is_signed else None,
        )
        for number, (item, ago, evidence, is_signed) in enumerate(ROWS, start=2)
    ]
    EarlierSignOff.objects.bulk_create(sign_offs)
    EarlierAcceptance.objects.create(
        id=named_id("acceptance", person.email),
        sign_off=sign_offs[0],
        person=person,
        module_id=named_id("module", MODULES[0].title),
        accepted_at=at + timedelta(hours=1),
        accepted_by=trainer,
        why=WHY,
    )
    return len(sign_offs)


def _day(setting: Setting, ago: int) -> date:
    return setting.today - timedelta(days=ago)
