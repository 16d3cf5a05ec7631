"""Who signs in to the demo: one person for each role, two where two people are needed. Without models, so that the runner can print them."""

from accounts.roles import ROLES

HUB_TEAM = "Multi-agency safeguarding hub"

# e-mail before @example.org, name, job, role, agency (none: the force), team (none: no team)
DEMO_ACCOUNTS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("officer", "Erin Thistlewood", "PC", "FRONTLINE_OFFICER", "", "Brackenport City Response"),
    ("partner", "Pat Clovermere", "Social worker", "PARTNER_PRACTITIONER", "Brackenport Children's Services", ""),
    ("decision", "Mina Yarrowby", "MASH officer", "MASH_DECISION_MAKER", "", HUB_TEAM),
    ("supervisor", "Sam Rainstead", "Detective sergeant", "MASH_SUPERVISOR", "", HUB_TEAM),
    ("intelligence", "Ines Cobblewick", "Intelligence officer", "INTELLIGENCE_OFFICER", "", ""),
    ("reviewer", "Rae Larkmoor", "Review officer", "DIP_SAMPLE_REVIEWER", "", ""),
    ("panel", "Gail Nettlecombe", "Head of safeguarding", "PANEL_MEMBER", "Vale Integrated Care Board", ""),
    ("trainer", "Tess Quillfeather", "Sergeant", "TRAINER", "", HUB_TEAM),
    ("mentor", "Moss Heatherden", "MASH officer", "MENTOR", "", HUB_TEAM),
    ("sergeant", "Lyle Fernsby", "Sergeant", "LINE_MANAGER", "", "Brackenport City Response"),
    ("manager", "Lin Sorrelwick", "Detective inspector", "LINE_MANAGER", "", HUB_TEAM),
    ("coordinator", "Cory Pebbleworth", "Training lead", "TRAINING_COORDINATOR", "Brackenport Children's Services", ""),
    ("leader", "Leda Galebury", "Superintendent", "SENIOR_LEADER", "", ""),
    ("analyst", "Ana Junipermere", "Analyst", "ANALYST", "", ""),
    ("governance", "Iggy Marshden", "Information governance officer", "INFORMATION_GOVERNANCE", "", ""),
    ("records", "Ivo Larkspindle", "Records manager", "INFORMATION_GOVERNANCE", "", ""),
    ("admin", "Ada Hazelstead", "Service administrator", "ADMINISTRATOR", "", ""),
)


def sign_in_lines() -> list[str]:
    """The address and the role of each, in the order above."""
    return [f"{name}@example.org".ljust(28) + ROLES[role].name for name, _, _, role, _, _ in DEMO_ACCOUNTS]
