"""From sign-in to the reference and the answer: officers, partners and the hub, with and without scripts, by keyboard too."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from common.clock import LONDON
from referrals import services
from referrals.enums import FormKind, ReferralState
from referrals.models import Referral
from tests.browser.conftest import OpenAs, sign_in, tab_to
from tests.people import make_cast
from tests.referrals.conftest import CONCERN, REASONS, Life

BROWSERS = pytest.mark.parametrize(
    ("width", "javascript"), [(320, False), (1280, True)], ids=["320 px without scripts", "1280 px with scripts"]
)
pytestmark = pytest.mark.django_db(transaction=True)


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    fits = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert fits, f"“{words}” is wider than the page"


def answer(page: Page, question: str, text: str) -> None:
    page.get_by_label(question, exact=True).fill(text)


def choose(page: Page, question: str, *choices: str) -> None:
    group = page.get_by_role("group", name=question)
    for choice in choices:
        group.get_by_label(choice, exact=True).check()


def when(page: Page, question: str, moment: datetime) -> None:
    group = page.get_by_role("group", name=question)
    local = moment.astimezone(LONDON)
    for part, value in (("Day", local.day), ("Month", local.month), ("Year", local.year)):
        group.get_by_label(part, exact=True).fill(str(value))
    if group.get_by_label("Time").count():
        group.get_by_label("Time").fill(f"{local:%H:%M}")


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).first.click()


@BROWSERS
def test_an_officer_writes_a_ppn_leaves_resumes_and_sends_it_once(
    open_as: OpenAs, width: int, javascript: bool
) -> None:
    cast = make_cast()
    reported = timezone.now() - timedelta(hours=2)
    page = open_as(None, "/", width=width, javascript=javascript)
    sign_in(page, cast.olu)
    heading(page, "Hello, Olu")
    press(page, "Start a PPN")
    heading(page, "Is somebody in danger now?")
    press(page, "Start a Public protection notice")
    heading(page, "The incident")
    page.get_by_role("link", name="Back to the list of sections").click()
    heading(page, "Public protection notice (PPN)")
    expect(page.get_by_text("0 of 8 sections completed.")).to_be_visible()

    page.get_by_role("link", name="The incident").click()
    heading(page, "The incident")
    choose(page, "What kinds of concern", "Child")
    answer(page, "Occurrence number", "44 26 0001234")
    when(page, "When did it happen?", timezone.now() + timedelta(days=2))
    when(page, "When was it reported?", reported)
    press(page, "Continue")
    expect(page).to_have_title("Error: The incident - MASH Referral Quality - Wessex Vale Police (fictitious)")
    page.get_by_role("alert").get_by_role("link", name="This is in the future.").click()
    expect(page.get_by_label("Occurrence number")).to_have_value("44 26 0001234")
    when(page, "When did it happen?", reported - timedelta(minutes=30))
    choose(page, "How did you come to know", "We went there")
    answer(page, "Where did it happen?", "12 Imaginary Row, Testham")
    choose(page, "What kind of place", "At home")
    press(page, "Continue")

    heading(page, "Add a person")
    expect(page.get_by_label("Person the concern is about", exact=True)).to_be_checked()
    answer(page, "Given names", "Fictitious")
    answer(page, "Family name", "Childsworth")
    answer(page, "Estimated age in years", "9")
    press(page, "Continue")
    heading(page, "More about Fictitious Childsworth")
    page.get_by_label("Ethnicity", exact=True).select_option("W1")
    choose(page, "How is the ethnicity known?", "A parent or carer said so")
    answer(page, "Place of birth", "Testham")
    answer(page, "Religion or belief", "None")
    answer(page, "First or preferred language", "English")
    answer(page, "Disability or communication needs", "None known")
    answer(page, "If some of these are not known, why?", "Nobody there knows where the parents were born.")
    choose(page, "Where does the child learn?", "At a school")
    answer(page, "Who has care of them now that you have left?", "An aunt")
    page.get_by_text("More about them").click()
    answer(page, "Other names they use or have used", "Bee")
    press(page, "Save")
    expect(page.get_by_role("heading", name="Fictitious Childsworth")).to_be_visible()
    press(page, "Add a person")
    choose(page, "Who is this person?", "Parent or carer")
    page.get_by_label("What are they to Fictitious?").select_option("PARENT")
    press(page, "Continue")
    answer(page, "If some of these are not known, why?", "Was not at home.")
    press(page, "Save")
    heading(page, "People")
    expect(page.get_by_text("Parent of Fictitious")).to_be_visible()
    page.get_by_role("link", name="Remove Name not known").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="Name not known")).to_have_count(0)
    press(page, "Continue")

    heading(page, "The concern")
    answer(page, "What happened, and what worries you?", CONCERN)
    choose(page, "Was the person seen", "Seen and spoken to alone")
    press(page, "Save and come back later")
    heading(page, "My referrals")
    expect(page.get_by_text("Your draft is saved.")).to_be_visible()

    page = open_as(None, "/referrals/mine/", width=width, javascript=javascript)
    sign_in(page, cast.olu)
    heading(page, "My referrals")
    page.get_by_role("link", name=re.compile("^PPN begun")).click()
    expect(page.get_by_text("2 of 9 sections completed.")).to_be_visible()
    page.get_by_role("link", name="The concern").click()
    expect(page.get_by_label("What happened, and what worries you?")).to_have_value(CONCERN.strip())
    choose(page, "Do you know everyone", "Partly")
    press(page, "Continue")
    heading(page, "The child")
    expect(page.get_by_text(re.compile("words"))).not_to_have_count(0)
    choose(page, "Which kinds of abuse do you suspect?", "Neglect")
    answer(page, "How did the child look and behave?", "Cold, quiet, in a thin coat.")
    answer(page, "How were the child and the carer with each other?", "The child fetched the adult a glass of water.")
    choose(page, "Who was the child with when you came?", "Nobody: they were alone")
    choose(page, "What did you find in the home?", "None of these seen")
    answer(page, "What was the home like?", "Tidy, cold, the heating off.")
    choose(page, "How was the carer?", "Not there")
    answer(page, "Does the carer see the danger?", "Rang back and said that it is only an hour.")
    answer(page, "Who else has the child to themselves at times?", "Nobody known.")
    press(page, "Continue")

    heading(page, "Daily life and voice")
    page.get_by_text("What a good answer holds").first.click()
    answer(page, "What is a day like for this person?", "The fictitious child makes tea for a brother and waits. " * 3)
    answer(page, "What did they say, or show, in their own way?", "“I keep the light on.”")
    press(page, "Continue")
    heading(page, "Needs and harm")
    answer(page, "What does this person need?", "An adult at home in the evening.")
    choose(page, "How far has there been harm", "Likely")
    answer(page, "What is the harm?", "Neglect of basic care.")
    choose(page, "Where does the harm come from?", "Inside the home")
    press(page, "Continue")
    heading(page, "Risk")
    answer(page, "Why this level?", REASONS)
    choose(page, "Which colour do you give it?", "Amber: targeted help")
    choose(page, "Which records were checked?", "None")
    answer(page, "What is known from before?", "Nothing that we could find.")
    press(page, "Continue")
    heading(page, "Sharing and consent")
    expect(page.get_by_label("Public task", exact=True)).to_be_checked()
    choose(page, "Which law governs", "Safeguarding and welfare (UK GDPR)")
    choose(page, "Who should have it?", "Local authority children's services")
    choose(page, "Was the person, or the family, told?", "Not told: it would not be safe")
    press(page, "Continue")
    heading(page, "Actions and what you ask")
    choose(page, "What was done at once?", "Safety advice")
    answer(page, "What exactly was done?", "Stayed until the aunt came.")
    answer(page, "What do you ask the partner agencies to do or to know?", "Please visit this week.")
    press(page, "Continue")

    heading(page, "Check your answers")
    press(page, "Submit")
    expect(page).to_have_title("Error: Check your answers - MASH Referral Quality - Wessex Vale Police (fictitious)")
    page.get_by_role("alert").get_by_role("link", name="Answer the risk level").click()
    choose(page, "What is the risk level?", "Medium")
    press(page, "Continue")
    heading(page, "Check your answers")
    expect(page.get_by_text("What graders look for: 16 of 17")).to_be_visible()
    expect(page.get_by_text("Nothing is missing.")).to_have_count(0)
    page.get_by_role("link", name="why it is shared although").click()
    answer(page, "If they object or were not told, why share all the same?", "He reads her telephone.")
    press(page, "Continue")
    page.get_by_role("link", name=re.compile("^Change.*What is the risk level")).click()
    choose(page, "What is the risk level?", "High")
    press(page, "Continue")
    heading(page, "Check your answers")
    expect(page.get_by_text("Nothing is missing.")).to_be_visible()
    expect(page.get_by_text("We went there")).to_be_visible()

    page.get_by_role("button", name="Submit").dblclick()
    heading(page, "Submitted")
    (sent,) = Referral.objects.all()
    assert sent.state == ReferralState.RECEIVED
    expect(page.get_by_text(sent.reference, exact=True)).to_be_visible()
    page.goto(f"/referrals/{sent.pk}/check/")
    heading(page, "Submitted")
    page.get_by_role("link", name="Read or print what you sent").click()
    heading(page, sent.reference)
    expect(page.get_by_text("The hub has not decided yet.")).to_be_visible()
    assert "Childsworth" not in page.title() + page.url


@BROWSERS
def test_a_partner_gives_information_that_is_not_urgent(open_as: OpenAs, width: int, javascript: bool) -> None:
    cast = make_cast()
    page = open_as(None, "/", width=width, javascript=javascript)
    sign_in(page, cast.pat)
    press(page, "Start a CPI form")
    press(page, "Start a Community partnership information")
    heading(page, "Which of these fits?")
    press(page, "Continue")
    expect(page.get_by_role("alert").get_by_role("link", name="Choose which of these fits.")).to_be_visible()
    page.get_by_label("I think a child or an adult is at risk of significant harm").check()
    press(page, "Continue")
    heading(page, "Make a safeguarding referral")
    assert not Referral.objects.exists()
    press(page, "I have done that and also have information")

    heading(page, "The topic")
    choose(page, "What is it about?", "Drug-related harm")
    choose(page, "Is this about one matter only?", "Yes")
    when(page, "When did it happen?", timezone.now() - timedelta(days=2))
    when(page, "When did you learn of it?", timezone.now() - timedelta(days=1))
    choose(page, "How do you know?", "I saw or heard it")
    press(page, "Continue")
    heading(page, "People")
    press(page, "Continue")
    heading(page, "The information")
    answer(page, "What do you want the police to know?", "Fictitious cars wait by the fictitious garages. " * 3)
    answer(page, "Who else knows this?", "Nobody else.")
    answer(page, "Which vehicles?", "ab12 cde")
    press(page, "Continue")
    heading(page, "Handling")
    choose(page, "Could anybody come to harm", "Possible")
    answer(page, "If somebody could, who and how?", "The fictitious caretaker, if a car stops at his door.")
    choose(page, "What is your lawful basis", "Public task")
    choose(page, "Was a safeguarding referral made as well?", "No")
    choose(page, "Is the child or adult already known", "No")
    choose(page, "Do you think that any of it may be false", "No")
    choose(page, "May the police contact you", "Yes")
    press(page, "Continue")
    heading(page, "Check your answers")
    expect(page.get_by_text("Nothing is missing.")).to_be_visible()
    page.get_by_role("button", name="Submit").dblclick()
    heading(page, "Submitted")

    (sent,) = Referral.objects.all()
    assert (sent.kind, sent.state) == (FormKind.CPI, ReferralState.RECEIVED)
    expect(page.get_by_text(sent.reference, exact=True)).to_be_visible()


def test_a_draft_saves_itself_and_two_tabs_lose_nothing(open_as: OpenAs) -> None:
    cast = make_cast()
    draft = services.begin_draft(kind=FormKind.PPN, by=cast.olu, at=timezone.now())
    url = f"/referrals/{draft.pk}/draft/concern/"
    laptop, phone = open_as(cast.olu, "/help/"), open_as(cast.olu, "/help/", width=320)
    question = "What happened, and what worries you?"
    laptop.clock.install()
    laptop.goto(url)
    phone.goto(url)

    answer(laptop, question, "Written on the laptop.")
    laptop.clock.fast_forward(20_000)
    expect(laptop.get_by_text("Saved at")).to_be_visible()
    answer(phone, question, "Written on the phone.")
    press(phone, "Continue")

    heading(phone, "This page was changed somewhere else")
    for text in ("Written on the laptop.", "Written on the phone."):
        expect(phone.locator(".govuk-inset-text").get_by_text(text)).to_be_visible()
    answer(phone, question, "Written on the laptop. Written on the phone.")
    press(phone, "Save these answers")
    heading(phone, "Daily life and voice")
    answer(laptop, question, "Written on the laptop, later.")
    laptop.clock.fast_forward(20_000)
    expect(laptop.get_by_text("this draft was changed somewhere else")).to_be_visible()
    draft.refresh_from_db()
    assert draft.ppn.concern == "Written on the laptop. Written on the phone."

    laptop.goto(url)
    answer(laptop, question, "Written without a connection.")
    laptop.context.set_offline(True)
    laptop.clock.fast_forward(20_000)
    expect(laptop.get_by_text("Not saved: no connection.")).to_be_visible()
    laptop.context.set_offline(False)
    press(laptop, "Continue")
    heading(laptop, "Daily life and voice")
    draft.ppn.refresh_from_db()
    assert draft.ppn.concern == "Written without a connection."


def test_the_hub_works_by_keyboard_the_agency_rejects_and_the_referrer_reads_why(open_as: OpenAs) -> None:
    cast = make_cast()
    life = Life(cast)
    received, other = life.submitted(risk_level=3), life.submitted()
    hub = open_as(None, "/")
    tab_to(hub, hub.get_by_label("Email"))
    hub.keyboard.type(cast.mina.email)
    hub.keyboard.press("Tab")
    hub.keyboard.type("a fictitious pass phrase")
    hub.keyboard.press("Enter")
    heading(hub, "Hello, Mina")
    tab_to(hub, hub.get_by_role("button", name="Work the queue"))
    hub.keyboard.press("Enter")
    heading(hub, "Waiting for a decision")
    first = hub.get_by_role("row").nth(1)
    expect(first).to_contain_text(received.reference)
    tab_to(hub, first.get_by_role("link"))
    hub.keyboard.press("Enter")
    heading(hub, received.reference)
    tab_to(hub, hub.get_by_role("button", name="Record a decision"))
    hub.keyboard.press("Enter")
    heading(hub, "Threshold decision")
    tab_to(hub, hub.get_by_label("Level 1: universal services"))
    hub.keyboard.press("Space")
    for _ in range(3):
        hub.keyboard.press("ArrowDown")
    expect(hub.get_by_label("Level 4: social care")).to_be_checked()
    tab_to(hub, hub.get_by_label("Pathway"))
    hub.keyboard.type("Section 17")
    tab_to(hub, hub.get_by_role("button", name="Record the decision"))
    hub.keyboard.press("Enter")
    expect(hub.locator(".govuk-error-summary")).to_be_focused()
    hub.keyboard.press("Tab")
    hub.keyboard.press("Enter")
    expect(hub.get_by_label("Reasons")).to_be_focused()
    hub.keyboard.insert_text(REASONS)
    tab_to(hub, hub.get_by_role("button", name="Record the decision"))
    hub.keyboard.press("Enter")
    heading(hub, received.reference)
    tab_to(hub, hub.get_by_role("button", name="Share with an agency"))
    hub.keyboard.press("Enter")
    heading(hub, "Share with an agency")
    tab_to(hub, hub.get_by_label("Share with", exact=True))
    hub.keyboard.type("Testham")
    tab_to(hub, hub.get_by_role("button", name="Continue"))
    hub.keyboard.press("Enter")
    heading(hub, "Share with Testham Children's Services (fictitious)")
    tab_to(hub, hub.get_by_label("People: disability and health"))
    expect(hub.get_by_label("People: disability and health")).to_be_checked()
    hub.keyboard.press("Space")
    tab_to(hub, hub.get_by_label("Public task"))
    hub.keyboard.press("Space")
    tab_to(hub, hub.get_by_label("Why does this agency need it?"))
    hub.keyboard.insert_text("They know the family.")
    tab_to(hub, hub.get_by_role("button", name="Share", exact=True))
    hub.keyboard.press("Enter")
    expect(hub.get_by_text("Shared with Testham Children's Services (fictitious).")).to_be_visible()

    agency = open_as(cast.pat, "/", width=320)
    agency.get_by_role("link", name="1 referral").or_(agency.locator(".app-waiting__link")).first.click()
    heading(agency, "Shared with us")
    expect(agency.get_by_role("row")).to_have_count(2)
    agency.get_by_role("link", name=received.reference).click()
    expect(agency.get_by_text("They know the family.")).to_be_visible()
    expect(agency.get_by_text(REASONS.strip())).to_have_count(0)
    press(agency, "Answer")
    agency.get_by_label("Rejected").check()
    press(agency, "Send the answer")
    expect(agency.get_by_role("alert").get_by_role("link")).to_have_text(
        ["Choose why you reject it.", "Say in words why, or what is missing."]
    )
    agency.get_by_label("If you reject it, the reason").select_option("WRONG_AGENCY")
    answer(agency, "In your words (optional)", "The family has moved to another county.")
    press(agency, "Send the answer")
    expect(agency.get_by_text("Your answer was sent")).to_be_visible()
    refused = agency.goto(f"/referrals/{other.pk}/")
    assert refused is not None
    assert refused.status == 404

    officer = open_as(cast.olu, "/")
    officer.locator(".app-waiting__link").filter(has_text="answered").click()
    heading(officer, "My referrals")
    officer.get_by_role("link", name=received.reference).click()
    expect(officer.get_by_text("Rejected: Meant for another agency")).to_be_visible()
    expect(officer.get_by_text("The family has moved to another county.")).to_be_visible()
