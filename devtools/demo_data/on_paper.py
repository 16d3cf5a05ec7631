"""A spreadsheet of initial training of somebody experienced, signed on paper before: taken over, and one item of it accepted."""

from datetime import date, timedelta

from accounts.models import User
from common.clock import start_of_day
from common.row_values import known_as
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import Setting
from training.enums import Standing
from training.models import EarlierAcceptance, EarlierImport, EarlierSignOff, Module, ModuleVersion
from training.queries.needs import needs_of
from training.services.earlier_sign_offs import digest_of

HEADINGS = ["Module", "Date completed", "Evidence", "Mentor", "Mentor date", "Line manager", "LM date"]
FIELDS = ("item", "done_on", "evidence", "mentor", "mentor_on", "line_manager", "line_manager_on")
MENTOR, MANAGER = "Harbour, F. (fictitious)", "Sands, T. (fictitious)"
# item, days ago, evidence, whether the line manager signed too; before them a module that they would have to do again
ROWS = (
    ("Fax machine and the old referral form", 1_290, "Sent and filed ten forms with the mentor.", True),
    ("Quality of crime records (local course)", 1_240, "Certificate in the folder.", False),
)
WHY = "I saw the signed sheet in the folder of the old office; the desk work has not changed since."


def make_on_paper(setting: Setting) -> int:
    """Take the spreadsheet over; modules must be there. Returns how many sign-offs."""
    (person, module), trainer = _who_lacks_what(setting), setting.people["trainer"]
    # Who took it over does not accept it.
    other = setting.by_role["TRAINER"][1]
    rows = ((module.title, 200, "Sat with each desk for an hour. Sheet 1 of the folder.", True), *ROWS)
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
        rows=len(rows),
        taken=len(rows),
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
        for number, (item, ago, evidence, is_signed) in enumerate(rows, start=2)
    ]
    EarlierSignOff.objects.bulk_create(sign_offs)
    version = ModuleVersion.objects.on_offer(on=setting.today).filter(module=module).first()
    EarlierAcceptance.objects.create(
        id=named_id("acceptance", person.email),
        sign_off=sign_offs[0],
        person=person,
        module=module,
        lapses_on=version.lapses_on(sign_offs[0].done_on) if version else None,
        accepted_at=at + timedelta(hours=1),
        accepted_by=other,
        why=WHY,
    )
    return len(sign_offs)


def _who_lacks_what(setting: Setting) -> tuple[User, Module]:
    """A decision-maker with a module that their profile asks for, and of which there is no record."""
    people = setting.by_role["MASH_DECISION_MAKER"][1:]
    needs = needs_of(people, force_id=setting.hub.pk, on=setting.today)
    return next(
        (person, need.module)
        for person in people
        for need in needs[person.pk]
        if need.module is not None and need.standing == Standing.MISSING
    )


def _day(setting: Setting, ago: int) -> date:
    return setting.today - timedelta(days=ago)
