"""The modules of the fictitious force: what they teach, whom for, and what trainers write as evidence."""

from dataclasses import dataclass

from training.enums import Delivery
from training.enums import LearningTheme as Theme

HUB = ("MASH_DECISION_MAKER", "MASH_SUPERVISOR", "MENTOR")
FRONT = ("FRONTLINE_OFFICER", "LINE_MANAGER")


@dataclass(frozen=True)
class Course:
    """One module; a second line of `aims` is its second version. `review_in` is in how many days it is looked through."""

    title: str
    short_title: str
    delivery: Delivery
    minutes: int
    valid_months: int | None
    required_for: tuple[str, ...]
    aims: tuple[str, ...]
    evidence: tuple[str, ...]
    teaches: tuple[Theme, ...] = ()
    link: str = ""
    materials: str = ""
    review_in: int = 0


MODULES = (
    Course(
        "Introduction to the MASH, safeguarding and partners",
        "MASH introduction",
        Delivery.FACE_TO_FACE,
        390,
        None,
        HUB,
        ("Knows who sits in the hub, what each agency may do, and how Clare's Law and Sarah's Law run.",),
        (
            "Sat with each agency's desk for an hour and drew the way of one fictitious referral from memory.",
            "Explained to a new colleague who decides what, and when a child's worker has to be rung at once.",
        ),
        (Theme.SHARING,),
    ),
    Course(
        "Crime data integrity and counting rules for the MASH",
        "Data integrity",
        Delivery.FACE_TO_FACE,
        390,
        24,
        HUB,
        (
            "Knows which reports from partners have to be recorded as a crime, by when, and writes down why.",
            "Knows which reports from partners have to be recorded as a crime, also those made by third parties, and writes down why.",
        ),
        (
            "Worked through ten fictitious calls; nine recorded rightly, the tenth discussed and understood.",
            "Explained three fictitious calls and why each was recorded as it was.",
        ),
    ),
    Course(
        "Risk: ten principles and the decision model",
        "Risk",
        Delivery.VIRTUAL,
        180,
        24,
        (*HUB, "LINE_MANAGER"),
        ("Gives reasons for a level of risk that somebody else can follow, and says what would change it.",),
        (
            "Took two fictitious cases through the decision model aloud; the reasons held under questions.",
            "Wrote a rationale for a fictitious case of stalking that the group could act on.",
        ),
        (Theme.RISK,),
        materials="Two fictitious cases on one page each\nThe decision model on a card for the desk",
        review_in=-20,
    ),
    Course(
        "Neglect of children",
        "Neglect",
        Delivery.EXERCISE,
        240,
        36,
        (*HUB, "FRONTLINE_OFFICER"),
        ("Sees neglect in an ordinary day, and writes down what was seen, heard and smelt.",),
        (
            "Paper-feed exercise about two fictitious children: asked for the school's view without being told to.",
            "Described a fictitious home room by room, and what a day in it is like for the child.",
        ),
        (Theme.LIVED_EXPERIENCE, Theme.NEEDS_AND_HARM),
        materials="The paper feed, ten sheets\nNotes for whoever leads the exercise",
        review_in=-3,
    ),
    Course(
        "Public protection for frontline staff",
        "Frontline",
        Delivery.FACE_TO_FACE,
        180,
        36,
        FRONT,
        ("Recognises harm behind other calls, speaks with the person alone, and knows when a PPN is needed.",),
        (
            "In the role play, got the fictitious mother alone before asking; wrote the child's own words.",
            "Named five calls that need a PPN and one that does not, with reasons.",
        ),
        (Theme.VOICE, Theme.CURIOSITY),
    ),
    Course(
        "A PPN that a partner can act on",
        "A good PPN",
        Delivery.E_LEARNING,
        60,
        12,
        ("FRONTLINE_OFFICER", "MASH_DECISION_MAKER"),
        (
            "Writes what happened, what worries them and what they ask of whom.",
            "Writes what happened, what worries them, the person's own words, and what they ask of whom.",
        ),
        (
            "Rewrote an anonymous notice of grade 2; a school lead could say what to do with it.",
            "Wrote a fictitious notice with the voice of the child, a reason for the risk and a clear ask.",
        ),
        (Theme.CONCERN, Theme.ACTION),
        link="https://learning.example.org/a-good-ppn",
        review_in=200,
    ),
)
