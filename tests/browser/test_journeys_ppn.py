"""A domestic abuse PPN with two children on a phone: how many pages, choices and words a good one takes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from referrals import queries, services
from referrals.enums import FormKind
from referrals.models import Referral
from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs
from tests.browser.test_journeys_referrals import choose, heading, when
from tests.people import make_cast

pytestmark = pytest.mark.django_db(transaction=True)

CONCERN = (
    "A neighbour called at 21:10. Dan had broken the kitchen door and stood over Dora; both children were on the stairs. "
    "Dora had a red mark on her neck. Dan said that she fell. Ben said from the stairs that Dad squeezed her. It is the "
    "third call in five months and the first with hands on the neck, which worries me most."
)
LIFE = (
    "Amy puts Ben to bed at weekends and turns the radio up. They eat in her room. She listens for the car and knows by the "
    "sound of the key what kind of evening it will be."
)


@dataclass
class Counted:
    """What a hand does: pages that load, taps, and characters that are typed or dictated."""

    page: Page
    pages: int = 0
    taps: int = 0
    characters: int = 0

    def go_on(self, button: str = "Continue") -> None:
        self.page.get_by_role("button", name=button, exact=True).click()
        self.pages += 1
        self.taps += 1

    def type(self, question: str, text: str) -> None:
        self.page.get_by_label(question, exact=True).fill(text)
        self.characters += len(text)
        self.taps += 1

    def choose(self, question: str, *choices: str) -> None:
        choose(self.page, question, *choices)
        self.taps += len(choices)

    def pick(self, question: str, value: str) -> None:
        self.page.get_by_label(question, exact=True).select_option(value)
        self.taps += 2

    def when(self, question: str, moment: datetime) -> None:
        when(self.page, question, moment)
        self.characters += 13
        self.taps += 4

    def seconds(self, *, a_page: float = 2.0, a_tap: float = 1.3, words_a_minute: float = 130) -> float:
        """A rough time: a page's load and a look at it, a tap with its decision, and words dictated to the phone."""
        return self.pages * a_page + self.taps * a_tap + self.characters / 6 / words_a_minute * 60


def person(
    hand: Counted, role: str, given: str, age: int | None, sex: str, lives: str, *relations: tuple[str, str]
) -> None:
    heading(hand.page, "Add a person")
    if role != "Person the concern is about" or given != "Dora":
        hand.choose("Who is this person?", role)
    hand.type("Given names", given)
    hand.type("Family name", "Quillmere")
    if age:
        hand.type("Estimated age in years", str(age))
    hand.choose("Sex", sex)
    hand.choose("Do they live in the household?", lives)
    for question, value in relations:
        hand.pick(question, value)
    hand.go_on()
    heading(hand.page, f"More about {given} Quillmere")
    assert faults_of(hand.page) == []


def background(hand: Counted, *, with_all: bool = True) -> None:
    hand.pick("Ethnicity", "W1")
    hand.choose("How is the ethnicity known?", "The person said so")
    if with_all:
        hand.type("Place of birth", "Testham")
        hand.type("Religion or belief", "None")
        hand.type("First or preferred language", "English")
        hand.type("Disability or communication needs", "None known")


def child(hand: Counted, school: str) -> None:
    hand.choose("Where does the child learn?", "At a school")
    hand.type("Name of the school, college or nursery", school)
    hand.type("Who has care of them now that you have left?", "Dora, their mother")


def test_a_good_ppn_about_domestic_abuse_with_two_children_on_a_phone(open_as: OpenAs) -> None:
    cast = make_cast()
    now = timezone.now()
    page = open_as(cast.olu, "/referrals/start/", width=360)
    hand = Counted(page)
    hand.go_on("Start a Public protection notice (PPN)")

    heading(page, "The incident")
    hand.choose("What kinds of concern", "Child", "Domestic abuse")
    hand.type("Occurrence number", "44260001234")
    hand.when("When did it happen?", now - timedelta(hours=2))
    hand.when("When was it reported?", now - timedelta(hours=1))
    hand.choose("How did you come to know", "We went there")
    hand.type("Where did it happen?", "12 Imaginary Row, Testham")
    hand.choose("What kind of place", "At home")
    hand.go_on()

    person(hand, "Person the concern is about", "Dora", 34, "Female", "Yes")
    background(hand)
    hand.type("Where are they now?", "12 Imaginary Row, Testham")
    hand.choose("Is it safe to call or write to them?", "Only at some times or in some ways")
    hand.type("If only at some times or in some ways, which?", "At work, 12 to 1")
    hand.go_on("Save and add another person")
    for given, age, school in (("Amy", 11, "Testham Academy"), ("Ben", 7, "Testham Primary")):
        related = [("What are they to Dora?", "CHILD")] + (
            [("What are they to Amy?", "SIBLING")] if given == "Ben" else []
        )
        person(hand, "Person the concern is about", given, age, "Female" if given == "Amy" else "Male", "Yes", *related)
        background(hand)
        child(hand, school)
        expect(page.get_by_label("Where are they now?")).to_have_value("12 Imaginary Row, Testham")
        hand.go_on("Save and add another person")
    person(hand, "Alleged source of harm", "Dan", 36, "Male", "Yes", ("What are they to Dora?", "PARTNER"))
    background(hand, with_all=False)
    hand.go_on("Save")
    heading(page, "People")
    assert faults_of(page) == []
    hand.go_on()

    heading(page, "The concern")
    hand.type("What happened, and what worries you?", CONCERN)
    hand.choose("Was the person seen", "Seen and spoken to alone")
    hand.choose("Do you know everyone", "Yes, everyone")
    hand.go_on()
    heading(page, "The child")
    hand.choose("Which kinds of abuse do you suspect?", "Emotional")
    hand.type("How did the child look and behave?", "Amy stood in front of Ben. Ben was pale and would not come down.")
    hand.type("How were the child and the carer with each other?", "Both went to Dora and held on to her.")
    hand.choose("Who was the child with when you came?", "Their parent or carer")
    hand.choose("How was the carer?", "Distressed")
    hand.type("Does the carer see the danger?", "Dora said that they must not hear it any more.")
    hand.type("Who else has the child to themselves at times?", "Nobody known.")
    hand.go_on()
    heading(page, "Domestic abuse")
    assert faults_of(page) == []
    hand.choose("Are the two personally connected?", "Yes")
    hand.choose("Are both 16 or older?", "Yes")
    hand.choose("What are they to each other?", "Partners")
    hand.choose("Which risk tool was used?", "DARA")
    hand.choose("Who used it?", "An officer who attended")
    hand.choose("Which level did it give?", "High")
    hand.type("How many answers were yes?", "16")
    hand.choose("Does either adult have children", "Yes: each is named under People")
    hand.choose("Which of these are there?", "Strangulation or suffocation", "Coercive control")
    hand.choose("Does each accuse the other?", "No")
    hand.type("How does the victim see the risk?", "“Next time nobody will hear it.”")
    hand.choose("Was a disclosure under Clare's Law considered?", "There is nothing to disclose")
    hand.choose("Does this qualify for the high-risk meeting", "Referred")
    hand.go_on()
    heading(page, "Daily life and voice")
    hand.type("What is a day like for this person?", LIFE)
    hand.type(
        "What did they say, or show, in their own way?",
        "Amy, alone in her room: “I count the stairs when he comes up.”",
    )
    hand.go_on()
    heading(page, "Needs and harm")
    hand.type("What does this person need?", "To be safe at home without Dan, and somebody at school who knows.")
    hand.choose("How far has there been harm", "Significant")
    hand.type(
        "What is the harm?",
        "Strangulation of Dora; fear and lost sleep of both children. Without change it may kill her.",
    )
    hand.choose("Where does the harm come from?", "Inside the home")
    hand.go_on()
    heading(page, "Risk")
    hand.choose("What is the risk level?", "High")
    hand.type(
        "Why this level?",
        "Hands on the neck, third call in five months and worse each time. It would fall if he is kept away for good.",
    )
    hand.choose("Which colour do you give it?", "Red: specialist help")
    hand.choose("Which records were checked?", "The force's own records")
    hand.type("What is known from before?", "Two calls since June, each for shouting, no injury.")
    hand.go_on()
    heading(page, "Sharing and consent")
    hand.choose("What is the lawful basis", "Public task")
    hand.choose("Which law governs", "Safeguarding and welfare (UK GDPR)")
    hand.choose("Who should have it?", "Local authority children's services", "Education")
    hand.choose("Was the person, or the family, told?", "Told, and agrees")
    hand.go_on()
    heading(page, "Actions and what you ask")
    hand.choose("What was done at once?", "Arrest", "Safety advice")
    hand.type("What exactly was done?", "Dan arrested. Locks checked, Dora has the number of the refuge.")
    hand.type(
        "What do you ask the partner agencies to do or to know?",
        "See both children at school this week, and Dora at work.",
    )
    hand.go_on()

    heading(page, "Check your answers")
    assert faults_of(page) == []
    expect(page.get_by_text("What graders look for: 17 of 17")).to_be_visible()
    expect(page.get_by_text("Nothing is missing.")).to_be_visible()
    expect(page.get_by_role("heading", name="Operation Encompass")).to_be_visible()
    hand.go_on("Submit")
    heading(page, "Submitted")

    (sent,) = Referral.objects.all()
    assert queries.encompass_required(sent)
    assert len(queries.encompass_children(sent)) == 2
    print(
        f"\n{hand.pages} pages, {hand.taps} taps, {hand.characters} characters: about {hand.seconds() / 60:.1f} minutes"
    )
    assert hand.pages <= 21
    assert hand.seconds() < 6 * 60


def test_continue_waits_for_the_save_that_is_under_way_and_an_older_page_says_why_it_cannot_save(
    open_as: OpenAs,
) -> None:
    cast = make_cast()
    draft = services.begin_draft(kind=FormKind.PPN, by=cast.olu, at=timezone.now())
    question = "What happened, and what worries you?"
    page = open_as(cast.olu, "/help/", width=360)
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.headers.get("x-requested-with") == "autosave" and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/draft/concern/", hold)
    page.clock.install()
    page.goto(f"/referrals/{draft.pk}/draft/concern/")
    page.get_by_label(question).fill("Saved by itself.")
    with page.expect_request(lambda request: request.headers.get("x-requested-with") == "autosave"):
        page.clock.fast_forward(20_000)
    page.get_by_label(question).fill("Saved by itself. Then more.")
    page.get_by_role("button", name="Continue").click()
    held[0].continue_()
    heading(page, "Daily life and voice")
    draft.ppn.refresh_from_db()
    assert draft.ppn.concern == "Saved by itself. Then more."

    page.goto(f"/referrals/{draft.pk}/draft/concern/")
    services.discard_draft(referral_id=draft.pk, by=cast.olu, at=timezone.now())
    page.get_by_label(question).fill("Too late for this.")
    page.clock.fast_forward(20_000)
    expect(page.get_by_text("this is no longer a draft of yours")).to_be_visible()
