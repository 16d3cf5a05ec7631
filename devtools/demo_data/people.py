"""The force, its areas and teams, its partners, and everybody's people."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from accounts.enums import AgencyKind, AreaKind
from accounts.models import Agency, Area, RoleGrant, Team, User
from common.clock import start_of_day
from devtools.demo_data.accounts import DEMO_ACCOUNTS, HUB_TEAM
from devtools.demo_data.identity import named_id
from devtools.demo_data.words import BOYS, FAMILY_NAMES, GIRLS, PASSWORD

FORCE = "Wessex Vale Police (fictitious)"

# local authority: its districts
AREAS = {
    "Aldermere": ("Aldermere North", "Aldermere South"),
    "Brackenport": ("Brackenport City",),
    "Carrowdale": ("Carrowdale East", "Carrowdale West"),
    "Isle of Dunsea": ("Dunsea",),
}
DISTRICTS = tuple(district for districts in AREAS.values() for district in districts)

# name without its "(fictitious)", kind, local authorities (none: all)
PARTNERS: tuple[tuple[str, AgencyKind, tuple[str, ...]], ...] = (
    ("Aldermere Children's Services", AgencyKind.CHILDRENS_SERVICES, ("Aldermere",)),
    ("Brackenport Children's Services", AgencyKind.CHILDRENS_SERVICES, ("Brackenport",)),
    ("Carrowdale Children's Services", AgencyKind.CHILDRENS_SERVICES, ("Carrowdale",)),
    ("Dunsea Children and Families", AgencyKind.CHILDRENS_SERVICES, ("Isle of Dunsea",)),
    ("Vale Adults' Services", AgencyKind.ADULTS_SERVICES, ()),
    ("Brackenport Housing", AgencyKind.HOUSING, ("Brackenport",)),
    ("Kettle Hill Academy", AgencyKind.EDUCATION, ("Brackenport",)),
    ("Paper Close Primary School", AgencyKind.EDUCATION, ("Aldermere",)),
    ("Vale Integrated Care Board", AgencyKind.HEALTH_ICB, ()),
    ("Lantern Walk Hospital", AgencyKind.HEALTH_ACUTE, ("Brackenport",)),
    ("Vale Mental Health Trust", AgencyKind.MENTAL_HEALTH, ()),
    ("Teacup Way Surgery", AgencyKind.GP, ("Carrowdale",)),
    ("Vale Midwives and Health Visitors", AgencyKind.MIDWIFERY, ()),
    ("Vale Fire and Rescue", AgencyKind.FIRE, ()),
    ("Vale Probation", AgencyKind.PROBATION, ()),
    ("Safe Lantern Domestic Abuse Service", AgencyKind.VOLUNTARY, ()),
)

# how many more, job, role, agency kind (none: the force), team ("" none, "*" a response team each in turn)
OTHERS: tuple[tuple[int, str, str, AgencyKind | None, str], ...] = (
    (17, "PC", "FRONTLINE_OFFICER", None, "*"),
    (6, "Sergeant", "LINE_MANAGER", None, "*"),
    (4, "MASH officer", "MASH_DECISION_MAKER", None, HUB_TEAM),
    (1, "Detective sergeant", "MASH_SUPERVISOR", None, HUB_TEAM),
    (1, "MASH officer", "MENTOR", None, HUB_TEAM),
    (2, "Chief inspector", "PANEL_MEMBER", None, ""),
    (1, "Designated safeguarding lead", "PANEL_MEMBER", AgencyKind.EDUCATION, ""),
    (1, "Principal social worker", "PANEL_MEMBER", AgencyKind.CHILDRENS_SERVICES, ""),
    (1, "Review officer", "DIP_SAMPLE_REVIEWER", None, ""),
)
TITLES = {
    AgencyKind.EDUCATION: "Designated safeguarding lead",
    AgencyKind.GP: "Practice manager",
    AgencyKind.HEALTH_ACUTE: "Named nurse",
    AgencyKind.MIDWIFERY: "Health visitor",
    AgencyKind.FIRE: "Safe and well officer",
    AgencyKind.HOUSING: "Housing officer",
    AgencyKind.PROBATION: "Probation officer",
    AgencyKind.VOLUNTARY: "Domestic abuse adviser",
}


@dataclass
class Setting:
    """Where everything happens and who is there, for those who make incidents, referrals and the rest."""

    today: date
    hub: Agency
    hub_team: Team
    districts: list[Area]
    authority_of: dict[Area, Area]
    team_in: dict[Area, Team]
    agencies: dict[str, Agency]
    people: dict[str, User] = field(default_factory=dict)
    by_role: dict[str, list[User]] = field(default_factory=dict)

    def partners(self, kind: AgencyKind, *, authority: Area | None = None) -> list[Agency]:
        """Partner agencies of a kind that serve the authority; an agency without areas serves all."""
        wanted = [(name, areas) for name, its_kind, areas in PARTNERS if its_kind == kind]
        near = [name for name, areas in wanted if not areas or authority is None or authority.name in areas]
        return [self.agencies[name] for name in near]


def fictitious(name: str) -> str:
    """The full name of an agency, which says that there is none such."""
    return f"{name} (fictitious)"


def district_code(name: str) -> str:
    """The code of one of the force's districts."""
    return f"Y99{DISTRICTS.index(name):03d}"


def response_team(district: str) -> str:
    """The name of the team that answers calls in a district."""
    return f"{district} Response"


def make_setting(*, seed: int, today: date) -> Setting:
    """Create the areas, agencies, teams and people; roles begin before the oldest referral."""
    random = Random(f"{seed} people")
    authorities = {name: _area(AreaKind.LOCAL_AUTHORITY, name, f"X99{number:03d}") for number, name in enumerate(AREAS)}
    authority_of = {
        _area(AreaKind.DISTRICT, name, district_code(name), part_of=authorities[authority]): authorities[authority]
        for authority, names in AREAS.items()
        for name in names
    }
    hub = _agency(FORCE, AgencyKind.POLICE, is_hub=True, mailbox="mash-hub@example.org")
    hub.areas.set(authorities.values())
    agencies = {"": hub}
    for name, kind, areas in PARTNERS:
        agencies[name] = _agency(fictitious(name), kind)
        agencies[name].areas.set([authorities[area] for area in areas or authorities])

    hub_team = Team.objects.create(id=named_id("team", HUB_TEAM), agency=hub, name=HUB_TEAM)
    team_in = {
        district: Team.objects.create(
            id=named_id("team", district.name), agency=hub, name=response_team(district.name), district=district
        )
        for district in authority_of
    }
    setting = Setting(today, hub, hub_team, list(authority_of), authority_of, team_in, agencies)
    _make_people(setting, random, seed=seed)
    return setting


def _area(kind: AreaKind, name: str, code: str, part_of: Area | None = None) -> Area:
    return Area.objects.create(id=named_id("area", name), kind=kind, name=name, code=code, part_of=part_of)


def _agency(name: str, kind: AgencyKind, *, is_hub: bool = False, mailbox: str = "") -> Agency:
    group = Group.objects.create(name=f"Agency: {name}"[:150])
    return Agency.objects.create(
        id=named_id("agency", name), name=name, kind=kind, is_hub=is_hub, group=group, mailbox=mailbox
    )


def _make_people(setting: Setting, random: Random, *, seed: int) -> None:
    joined = start_of_day(setting.today - timedelta(days=4 * 365))
    password = make_password(PASSWORD, salt=f"fictitious{seed}")
    teams = {team.name: team for team in (setting.hub_team, *setting.team_in.values())}
    used = {name for _, name, *_ in DEMO_ACCOUNTS}
    roles: list[tuple[User, str]] = []

    def add(email: str, name: str, job: str, role: str, agency: Agency, team: Team | None) -> None:
        user = User(
            id=named_id("user", email),
            email=f"{email}@example.org",
            name=name,
            job_title=job,
            collar_number=f"{9000 + len(roles)}" if agency.is_police else "",
            agency=agency,
            team=team,
            password=password,
            date_joined=joined,
        )
        setting.people[email] = user
        setting.by_role.setdefault(role, []).append(user)
        roles.append((user, role))

    def add_another(job: str, role: str, agency: Agency, team: Team | None) -> None:
        name = _new_name(random, used)
        add(name.lower().replace(" ", "."), name, job, role, agency, team)

    for email, name, job, role, agency_name, team_name in DEMO_ACCOUNTS:
        add(email, name, job, role, setting.agencies[agency_name], teams.get(team_name))
    response_teams = list(setting.team_in.values())
    for count, job, role, kind, team_name in OTHERS:
        for number in range(count):
            agency = setting.hub if kind is None else setting.partners(kind)[0]
            team = response_teams[number % len(response_teams)] if team_name == "*" else teams.get(team_name)
            add_another(job, role, agency, team)
    for name, kind, _ in PARTNERS:
        add_another(TITLES.get(kind, "Practitioner"), "PARTNER_PRACTITIONER", setting.agencies[name], None)
    with_coordinator = {user.agency for user in setting.by_role["TRAINING_COORDINATOR"]}
    for name, _, _ in PARTNERS:
        if setting.agencies[name] not in with_coordinator:
            add_another("Office manager", "TRAINING_COORDINATOR", setting.agencies[name], None)
    # Last, so that everybody before keeps the name that the seed gives them.
    add_another("Intelligence officer", "INTELLIGENCE_OFFICER", setting.hub, None)
    # A second trainer: what one writes, another reads before it is used.
    add_another("Training officer", "TRAINER", setting.hub, None)

    _save_people(roles, starts_on=joined.date())


def _save_people(roles: list[tuple[User, str]], *, starts_on: date) -> None:
    User.objects.bulk_create(user for user, _ in roles)
    User.groups.through.objects.bulk_create(
        User.groups.through(user_id=user.pk, group_id=user.agency.group_id) for user, _ in roles if user.agency
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(id=named_id("role", user.email, role), user=user, role=role, starts_on=starts_on)
        for user, role in roles
    )


def _new_name(random: Random, used: set[str]) -> str:
    while True:
        name = f"{random.choice(GIRLS + BOYS)} {random.choice(FAMILY_NAMES)}"
        if name not in used:
            used.add(name)
            return name
