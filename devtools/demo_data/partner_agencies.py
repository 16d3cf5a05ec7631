"""What trainers keep of the demo's partner agencies, and sessions that some of them ask for."""

from datetime import UTC, datetime, time, timedelta

from accounts.enums import AgencyKind
from accounts.models import Agency
from common.clock import LONDON, start_of_day
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import PARTNERS, Setting
from partners.enums import Audience, Package, SeriesKind, SessionKind, TailoredMove, TailoredState, Venue
from partners.models import (
    AgencyContact,
    AgencyPackage,
    AgencyStaff,
    SeriesPart,
    Session,
    SessionSeries,
    SharingAgreement,
    TailoredDate,
    TailoredRequest,
    TailoredStep,
)

# By turns: what an agency takes, and how many days from today its agreement is to be reviewed.
TAKES = (Package.FULL, Package.CPI_ONLY, Package.FULL, Package.DECLINED)
REVIEWS = (400, -30, 200)
WISHES = (
    (TailoredState.ASKED, SessionKind.SHARING_LAW, "New duty social workers", 14, "Tuesday or Thursday mornings"),
    (TailoredState.PROPOSED, SessionKind.CPI, "Reception staff of three practices", 20, "Evenings after half past six"),
    (TailoredState.AGREED, SessionKind.CLARES_LAW, "Housing officers", 25, "The first half of next month"),
)


def make_partner_agencies(setting: Setting) -> int:
    """Contacts, packages, agreements and staff of every partner, and a few requests; returns how many agencies."""
    for number, (name, _, _) in enumerate(PARTNERS):
        _keep(setting, setting.agencies[name], number)
    _requests(setting)
    _course_and_audience(setting)
    return len(PARTNERS)


def _course_and_audience(setting: Setting) -> None:
    """The last two open sessions on which nobody is booked are a course; the first of them is for general practices."""
    free = list(Session.objects.open().filter(places_taken=0).order_by("starts_at")[:2])
    for session in free[:1]:
        session.audience, session.audience_kinds = Audience.KINDS, [AgencyKind.GP]
        session.notes = "Show the form on the screen; the practice managers ask about consent."
        session.save(update_fields=["audience", "audience_kinds", "notes"])
    course = SessionSeries.objects.create(
        id=named_id("course", "practices"),
        host=setting.hub,
        kind=SeriesKind.COURSE,
        title="Sharing well, in two parts",
        request_key=named_id("course key", "practices"),
        made_at=start_of_day(setting.today - timedelta(days=20)),
        made_by=setting.people["trainer"],
    )
    SeriesPart.objects.bulk_create(SeriesPart(session=session, series=course) for session in free)


def _keep(setting: Setting, agency: Agency, number: int) -> None:
    by, at, today = setting.people["trainer"], start_of_day(setting.today - timedelta(days=400)), setting.today
    kept = {"agency": agency, "recorded_by": by, "recorded_at": at}
    AgencyContact.objects.create(
        id=named_id("contact", agency.name),
        agency=agency,
        name=f"Fictitious Lead {number + 1}",
        role="Designated safeguarding lead",
        email=f"lead{number + 1}@example.org",
        phone=f"01632 9600{number + 10:02d}",
        is_main=True,
        changed_at=at,
        changed_by=by,
    )
    package = TAKES[number % len(TAKES)]
    AgencyPackage.objects.create(
        id=named_id("package", agency.name),
        package=package,
        valid_from=today - timedelta(days=400),
        reason="Has training of its own on this." if package == Package.DECLINED else "",
        said_by="Head of service",
        **kept,
    )
    if number % 5 != 4:
        SharingAgreement.objects.create(
            id=named_id("agreement", agency.name),
            signed_on=today - timedelta(days=700),
            review_on=today + timedelta(days=REVIEWS[number % len(REVIEWS)]),
            where=f"File ISA-{number + 1:03d}",
            **kept,
        )
    AgencyStaff.objects.create(
        id=named_id("staff", agency.name),
        counted_on=today - timedelta(days=200),
        staff=40 + 65 * number,
        source="The agency's return",
        **kept,
    )


def _requests(setting: Setting) -> None:
    coordinator, trainer = setting.people["coordinator"], setting.people["trainer"]
    agency = coordinator.agency
    if agency is None:
        raise ValueError("The demo's coordinator belongs to an agency.")
    for number, (state, kind, audience, size, wished) in enumerate(WISHES):
        asked_at = start_of_day(setting.today - timedelta(days=12 - number)) + timedelta(hours=10)
        request = TailoredRequest.objects.create(
            id=named_id("tailored", audience),
            agency=agency,
            host=setting.hub,
            kind=kind,
            audience=audience,
            size=size,
            purpose="What to share, with whom, and how to write it down.",
            wished=wished,
            venue=Venue.ONLINE,
            state=state,
            request_key=named_id("tailored key", audience),
            asked_at=asked_at,
            asked_by=coordinator,
            moved_at=asked_at + timedelta(days=number),
        )
        moves = [(TailoredMove.ASK, coordinator), (TailoredMove.PROPOSE, trainer), (TailoredMove.AGREE, coordinator)]
        for place, (move, by) in enumerate(moves[: number + 1]):
            TailoredStep.objects.create(
                id=named_id("tailored step", f"{audience} {place}"),
                request=request,
                number=place + 1,
                move=move,
                at=asked_at + timedelta(days=place),
                by=by,
            )
        for day in (30, 37) if number else ():
            TailoredDate.objects.create(
                id=named_id("tailored date", f"{audience} {day}"),
                request=request,
                round=1,
                starts_at=datetime.combine(setting.today + timedelta(days=day), time(18, 30), tzinfo=LONDON).astimezone(
                    UTC
                ),
                is_agreed=state == TailoredState.AGREED and day == 30,
            )
