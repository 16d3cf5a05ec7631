"""The cast of the tests: named, plainly fictitious, one person for each role and one who must see nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime

from accounts.enums import AgencyKind
from accounts.models import Agency, Area, Team, User
from tests.factories.accounts import AgencyFactory, AreaFactory, TeamFactory, UserFactory

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    """Police: the hub's force. Council: a partner things are shared with. Elsewhere: a partner that gets nothing."""

    police: Agency
    council: Agency
    elsewhere: Agency
    district: Area
    response_team: Team
    hub_team: Team
    olu: User  # frontline officer, response team
    lin: User  # line manager of the response team
    mina: User  # MASH decision-maker
    sam: User  # MASH supervisor
    ines: User  # intelligence officer
    rae: User  # dip-sample reviewer, in no team
    tess: User  # trainer
    moss: User  # mentor
    gail: User  # panel member, police
    pam: User  # panel member, council
    pat: User  # partner practitioner, council
    cory: User  # partner training coordinator, council
    leda: User  # senior leader
    ana: User  # analyst
    iggy: User  # information governance officer
    ada: User  # administrator
    out: User  # partner practitioner of the agency that gets nothing

    def everyone(self) -> dict[str, User]:
        """Each person by name."""
        return {name: value for name, value in self.__dict__.items() if isinstance(value, User)}


def make_cast() -> Cast:
    """Make the agencies, teams and people in the database."""
    district = AreaFactory(name="Testham")
    police = AgencyFactory(name="Wessex Vale Police (fictitious)", kind=AgencyKind.POLICE, is_hub=True)
    council = AgencyFactory(name="Testham Children's Services (fictitious)", kind=AgencyKind.CHILDRENS_SERVICES)
    elsewhere = AgencyFactory(name="Elsewhere School (fictitious)", kind=AgencyKind.EDUCATION)
    response = TeamFactory(agency=police, name="Testham Response", district=district)
    hub = TeamFactory(agency=police, name="MASH", district=district)

    def person(name: str, role: str, agency: Agency, team: Team | None = None) -> User:
        return UserFactory(
            email=f"{name.lower()}@example.org", name=f"{name} Fictitious", agency=agency, team=team, roles=[role]
        )

    return Cast(
        police=police,
        council=council,
        elsewhere=elsewhere,
        district=district,
        response_team=response,
        hub_team=hub,
        olu=person("Olu", "FRONTLINE_OFFICER", police, response),
        lin=person("Lin", "LINE_MANAGER", police, response),
        mina=person("Mina", "MASH_DECISION_MAKER", police, hub),
        sam=person("Sam", "MASH_SUPERVISOR", police, hub),
        ines=person("Ines", "INTELLIGENCE_OFFICER", police),
        rae=person("Rae", "DIP_SAMPLE_REVIEWER", police),
        tess=person("Tess", "TRAINER", police, hub),
        moss=person("Moss", "MENTOR", police, hub),
        gail=person("Gail", "PANEL_MEMBER", police),
        pam=person("Pam", "PANEL_MEMBER", council),
        pat=person("Pat", "PARTNER_PRACTITIONER", council),
        cory=person("Cory", "TRAINING_COORDINATOR", council),
        leda=person("Leda", "SENIOR_LEADER", police),
        ana=person("Ana", "ANALYST", police),
        iggy=person("Iggy", "INFORMATION_GOVERNANCE", police),
        ada=person("Ada", "ADMINISTRATOR", police),
        out=person("Out", "PARTNER_PRACTITIONER", elsewhere),
    )
