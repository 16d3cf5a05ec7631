"""The pages of feedback: what the moderator chooses, what the writer reads and answers, and what the others see of it."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.html import escape

from accounts.models import User
from audit.models import Entry
from grading.models import Grade, GradeFeedback, RoundItem
from tests.conftest import CarefulClient
from tests.factories.grading import GradeFeedbackFactory, GradingRoundFactory
from tests.factories.training import ModuleVersionFactory
from tests.grading.test_feedback import LEARNING, STRENGTH, graded_item
from tests.people import Cast
from tests.tampering import walls_down


@pytest.fixture
def item(cast) -> RoundItem:
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="MODERATING")
    return graded_item(cast, round, 1)


@pytest.fixture
def told(cast) -> GradeFeedback:
    return told_to_olu(cast)


def told_to_olu(cast: Cast, **fields) -> GradeFeedback:
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="PUBLISHED")
    feedback: GradeFeedback = GradeFeedbackFactory(item=graded_item(cast, round, 1, agreed=2), **fields)
    return feedback


def page_of(client: CarefulClient, user: User, url: str) -> str:
    response = client.signed_in(user).get(url)
    assert response.status_code == 200
    text: str = response.content.decode()
    return text


# Moderation


def test_the_moderator_is_offered_what_the_graders_wrote_without_names_and_the_weakest_criterion(client, cast, item):
    page = page_of(client, cast.sam, item.agree_url)

    choices = page[page.index("What is its writer to learn?") : page.index("What the learning point is about")]
    assert f"{LEARNING} 1" in choices
    assert f"{LEARNING} 2" in choices
    assert "Gail" not in choices
    assert '<option value="ACTION" selected>' in page


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"learning_point": "1"}, f"{LEARNING} 2"),
        ({"learning_point": "OWN", "own_words": "My own."}, "My own."),
        ({"own_words": "My own."}, "My own."),
    ],
)
def test_one_learning_point_is_kept_and_shown_again(client, cast, item, chosen, words):
    client.signed_in(cast.sam)
    response = client.post(item.agree_url, {"grade": "2", "theme": "VOICE"} | chosen)

    assert response.status_code == 302
    feedback = GradeFeedback.objects.get()
    assert (feedback.learning_point, feedback.theme) == (words, "VOICE")
    page = page_of(client, cast.sam, item.agree_url)
    assert '<option value="VOICE" selected>' in page
    assert page.count(" checked>") == 2


@pytest.mark.parametrize(
    ("chosen", "error"),
    [
        ({"learning_point": "OWN"}, "Write the learning point"),
        ({"learning_point": "0", "theme": ""}, "Choose what the learning point is about"),
        ({"learning_point": "0", "own_words": "And mine."}, "Choose “Something else, in my own words”, or leave this"),
        ({"learning_point": "9"}, "Select a valid choice"),
    ],
)
def test_what_does_not_go_together_is_sent_back_with_nothing_kept(client, cast, item, chosen, error):
    response = client.signed_in(cast.sam).post(item.agree_url, {"grade": "2", "theme": "ACTION"} | chosen)

    assert response.status_code == 422
    assert error in response.content.decode()
    assert not GradeFeedback.objects.exists()
    assert not item.agreed_grades.exists()


def test_a_grade_is_agreed_without_a_learning_point_too(client, cast, item):
    response = client.signed_in(cast.sam).post(item.agree_url, {"grade": "2", "theme": "ACTION"})

    assert response.status_code == 302
    assert not GradeFeedback.objects.exists()
    assert "0 of 1 agreed PPNs have a learning point." in page_of(client, cast.sam, item.round.get_absolute_url())


def test_graders_read_where_their_words_go(client, cast):
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="GRADING")
    item = graded_item(cast, round, 1)
    with walls_down(Grade):
        item.assignments.filter(grader=cast.gail).first().grade.delete()

    page = page_of(client, cast.gail, item.grade_url)

    assert "Goes to the person who wrote it, without your name, when the round is published." in page
    assert "Whoever agrees the grade chooses one" in page


# The writer's page


def test_the_writer_reads_grade_strengths_learning_point_and_courses_of_the_catalogue_that_is_loaded(client, cast):
    call_command("import_catalogue", stdout=StringIO())
    module = ModuleVersionFactory(module__force=cast.police, module__title="A PPN to act on", teaches=["ACTION"])
    told = told_to_olu(cast)

    page = page_of(client, cast.olu, told.get_absolute_url())

    for words in (
        "Agreed grade: Needs improvement",
        f"{STRENGTH} 1",
        f"{STRENGTH} 2",
        told.learning_point,
        "Action taken and what is asked",
        module.module.title,
        "MASH Workshop",
        "I have read this",
        "I disagree",
    ):
        assert escape(words) in page
    for hidden in ("Gail", "Pam", LEARNING):
        assert hidden not in page
    link = page[page.index("/training/catalogue/?theme=") :].split('"')[0].replace("&amp;", "&")
    assert "Working Together to Safeguard Children" in page_of(client, cast.olu, link)


def test_where_there_is_no_training_for_it_the_page_says_so(client, cast, told):
    assert "There is no module and no course for this yet." in page_of(client, cast.olu, told.get_absolute_url())


def test_feedback_without_learning_point_strength_or_theme_says_so(client, cast):
    told = told_to_olu(cast, learning_point="", theme="")
    bare = GradeFeedbackFactory(item__referral__author=cast.olu, item__round=told.item.round, learning_point="")

    page = page_of(client, cast.olu, told.get_absolute_url())
    assert "No learning point was chosen for this PPN." in page
    assert "No criterion was lower than the others" in page
    page = page_of(client, cast.olu, bare.get_absolute_url())
    assert "The graders wrote down no strength." in page
    assert "The marks were lowest in" in page


@pytest.mark.parametrize(
    ("sent", "state", "shown"),
    [
        ({"move": "ACKNOWLEDGE"}, "READ", "Read, "),
        ({"move": "DISAGREE", "words": "The ask is there."}, "DISAGREED", "The ask is there."),
    ],
)
def test_the_writer_answers_once_and_sees_their_answer(client, cast, told, sent, state, shown):
    url = told.get_absolute_url()
    response = client.signed_in(cast.olu).post(url, sent)

    assert response.status_code == 302
    told.refresh_from_db()
    assert told.state == state
    page = page_of(client, cast.olu, url)
    assert shown in page
    assert "Record my answer" not in page
    # A second click, or another tab, changes nothing.
    assert client.post(url, {"move": "DISAGREE", "words": "Another."}).status_code == 422
    told.refresh_from_db()
    assert told.state == state


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({}, "Choose “I have read this” or “I disagree”"),
        ({"move": "DISAGREE"}, "Say what you disagree with"),
        ({"move": "ACKNOWLEDGE", "words": "But."}, "Choose “I disagree”, or leave the words out"),
        ({"move": "TELL"}, "Select a valid choice"),
    ],
)
def test_an_answer_that_is_not_clear_is_sent_back_with_its_words(client, cast, told, sent, error):
    response = client.signed_in(cast.olu).post(told.get_absolute_url(), sent)

    page = response.content.decode()
    assert response.status_code == 422
    assert error in page
    assert sent.get("words", "") in page
    told.refresh_from_db()
    assert told.state == "TOLD"


@pytest.mark.parametrize("who", ["olu", "lin", "sam"])
def test_each_reading_is_recorded_under_the_referral(client, cast, told, who):
    user = getattr(cast, who)
    page_of(client, user, told.get_absolute_url())

    entry = Entry.objects.get(what="grading.feedback_read")
    assert (entry.verb, entry.actor_id, entry.object_id) == ("READ", str(user.pk), str(told.item.referral_id))


def test_who_leads_the_team_reads_the_answer_and_gives_none(client, cast):
    told = told_to_olu(cast, state="DISAGREED")

    page = page_of(client, cast.lin, told.get_absolute_url())

    assert cast.olu.name in page
    assert told.disagreement in page
    assert "Record my answer" not in page


# Lists and the round


def test_the_lists_hold_ones_own_what_is_to_be_read_and_the_teams(client, cast):
    unread = told_to_olu(cast)
    read = GradeFeedbackFactory(item=graded_item(cast, unread.item.round, 2, agreed=3), state="READ")
    of_another_team = GradeFeedbackFactory(item__round=unread.item.round)

    def listed(user: User, show: str) -> set[GradeFeedback]:
        page = page_of(client, user, f"{reverse('grading:feedbacks')}?show={show}")
        return {one for one in (unread, read, of_another_team) if one.get_absolute_url() in page}

    assert listed(cast.olu, "") == {unread, read}
    assert listed(cast.olu, "unread") == {unread}
    assert listed(cast.olu, "team") == {unread, read}
    assert listed(cast.lin, "mine") == set()
    assert listed(cast.lin, "") == {unread, read}
    assert listed(cast.lin, "team") == {unread, read}
    assert "Written by" in page_of(client, cast.lin, f"{reverse('grading:feedbacks')}?show=team")
    assert "My team" not in page_of(client, cast.olu, reverse("grading:feedbacks"))


def test_who_runs_the_round_sees_counts_and_whose_writer_disagrees(client, cast):
    told = told_to_olu(cast, state="DISAGREED")
    GradeFeedbackFactory(item=graded_item(cast, told.item.round, 2, agreed=3))

    page = page_of(client, cast.sam, told.item.round.get_absolute_url())

    assert "2 told, 1 read it, 1 not yet, 1 of them disagrees." in page
    assert told.get_absolute_url() in page
    for viewer in (cast.tess, cast.leda, cast.gail):
        page = page_of(client, viewer, told.item.round.get_absolute_url())
        assert "Feedback to the writers" not in page
        assert told.get_absolute_url() not in page


def test_a_round_that_was_published_before_there_was_feedback_says_so(client, cast):
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="PUBLISHED")
    graded_item(cast, round, 1, agreed=2)

    assert "published before writers got feedback" in page_of(client, cast.sam, round.get_absolute_url())


@pytest.mark.parametrize("count", [1, 3])
def test_feedbacks_query_count_is_flat(client, cast, count, django_assert_num_queries):
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="PUBLISHED")
    for position in range(1, count + 1):
        GradeFeedbackFactory(item=graded_item(cast, round, position, agreed=2))
    client.signed_in(cast.olu)
    with django_assert_num_queries(4):
        client.get(reverse("grading:feedbacks"))


@pytest.mark.parametrize("count", [1, 3])
def test_feedback_query_count_is_flat(client, cast, count, django_assert_num_queries):
    call_command("import_catalogue", stdout=StringIO())
    ModuleVersionFactory.create_batch(count, module__force=cast.police, teaches=["ACTION"])
    told = told_to_olu(cast)
    client.signed_in(cast.olu)
    with django_assert_num_queries(13):
        client.get(told.get_absolute_url())


@pytest.mark.parametrize("count", [1, 3])
def test_published_round_query_count_is_flat(client, cast, count, django_assert_num_queries):
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="PUBLISHED")
    for position in range(1, count + 1):
        GradeFeedbackFactory(item=graded_item(cast, round, position, agreed=2), state="DISAGREED")
    client.signed_in(cast.sam)
    # As many as the parts of the page: what was replaced, the report, feedback and who disagrees are asked once each.
    with django_assert_num_queries(13):
        client.get(round.get_absolute_url())
