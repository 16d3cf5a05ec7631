"""Who wrote a referral hears what came of it, sees what is new, and says that they read it."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from jobs import services as jobs
from jobs.models import Job
from referrals import queries, services
from referrals.enums import FeedbackKind
from referrals.models import Feedback
from tests.people import NOW


def give(referral, by, kind=FeedbackKind.LEARNING, words="The zzwords of the child helped most."):
    return services.give_feedback(referral_id=referral.pk, kind=kind, words=words, by=by, at=NOW)


def unread(user):
    return list(queries.unread_of(user).order_by("pk").values_list("kind", flat=True))


def test_decision_answer_learning_and_thanks_reach_the_writer_as_news(client, cast, life):
    shared = life.shared()
    services.answer_share(share_id=shared.pk, answer_state="ACCEPTED", words="We visit zztoday.", by=cast.pat, at=NOW)
    give(shared.referral, cast.mina)
    give(shared.referral, cast.sam, FeedbackKind.THANKS, "Thank you, zzolu.")

    browser = client.signed_in(cast.olu)
    page = browser.get(shared.referral.get_absolute_url()).content.decode()

    assert set(unread(cast.olu)) == {"DECISION", "ANSWER", "LEARNING", "THANKS"}
    for told in ("We visit zztoday.", "The zzwords of the child helped most.", "Thank you, zzolu.", "I have read this"):
        assert told in page
    assert "4 new" in browser.get(reverse("referrals:mine")).content.decode()
    lines = {line.title: line for line in queries.waiting_for(cast.olu, at=NOW)}
    news = lines["of your referrals has news that you have not read"]
    assert news.count == 1
    assert [row.pk for row in browser.get(news.url).context["page"].items] == [shared.referral_id]


def test_the_writer_acknowledges_what_stood_on_the_page_and_not_what_came_since(client, cast, life):
    referral = life.decided()
    browser = client.signed_in(cast.olu)
    shown = browser.get(referral.get_absolute_url()).context["unread"]
    later = give(referral, cast.mina)

    for _ in range(2):
        browser.post(
            reverse("referrals:acknowledge", args=[referral.pk]), {"feedback": [str(told.pk) for told in shown]}
        )

    read = Feedback.objects.get(kind="DECISION")
    assert (read.acknowledged_by, read.acknowledged_at is not None) == (cast.olu, True)
    assert list(queries.unread_of(cast.olu)) == [later]
    assert Entry.objects.filter(what="referral.feedback_acknowledged").count() == 1
    assert browser.post(reverse("referrals:acknowledge", args=[referral.pk]), {"feedback": "x"}).status_code == 302


def test_feedback_that_is_sent_twice_is_told_once_by_mail_without_a_word_of_it(cast, life, mailoutbox):
    referral = life.submitted()
    Job.objects.all().delete()

    assert give(referral, cast.mina) == give(referral, cast.mina)
    for job in Job.objects.all():
        jobs.run(job_id=job.pk, at=NOW.replace(year=2030))

    (mail,) = mailoutbox
    assert mail.to == [cast.olu.email]
    assert "zz" not in mail.subject + mail.body


@pytest.mark.parametrize("who", ["olu", "lin", "pat", "out", "ada", "leda"])
def test_nobody_else_gives_feedback(cast, life, who):
    with pytest.raises(services.CannotTell):
        give(life.submitted(), getattr(cast, who))


@pytest.mark.parametrize(("kind", "words"), [("DECISION", "x"), ("ANSWER", "x"), ("NONSENSE", "x"), ("THANKS", " ")])
def test_feedback_is_learning_or_thanks_in_words(cast, life, kind, words):
    with pytest.raises(services.CannotTell):
        give(life.submitted(), cast.mina, kind, words)


def test_only_the_writer_acknowledges(cast, life):
    referral = life.decided()
    told = Feedback.objects.get()

    for user in (cast.mina, cast.lin, cast.pat):
        with pytest.raises(services.CannotTell):
            services.acknowledge_feedback(referral_id=referral.pk, feedback_ids=[told.pk], by=user, at=NOW)
    assert unread(cast.olu) == ["DECISION"]


def test_feedback_is_read_by_writer_and_hub_and_not_by_the_agency(client, cast, life):
    shared = life.shared()
    give(shared.referral, cast.mina)

    def read_by(user):
        return type(client)().signed_in(user).get(shared.referral.get_absolute_url()).content.decode()

    for user in (cast.olu, cast.mina):
        assert "zzwords" in read_by(user)
    for user in (cast.pat, cast.lin):
        assert "zzwords" not in read_by(user)


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("feedback", {"words": "Kept words."}, "Choose what it is."),
        ("feedback", {"kind": "THANKS", "words": ""}, "Write what you want to tell."),
        ("ask", {"question": ""}, "Write your question."),
    ],
)
def test_a_page_with_something_missing_keeps_what_was_typed(client, cast, life, name, data, problem):
    response = client.signed_in(cast.mina).post(reverse(f"referrals:{name}", args=[life.submitted().pk]), data)

    content = response.content.decode()
    assert response.status_code == 422
    assert problem in content
    assert data.get("words", "") in content


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        ({"acknowledged_at": NOW}, "feedback_acknowledged_by_its_recipient"),
        ({"kind": "LEARNING"}, "feedback_is_about_what_it_says"),
        ({"decision": None}, "feedback_is_about_what_it_says"),
    ],
)
def test_the_database_refuses_feedback_that_breaks_a_rule(cast, life, row, constraint):
    life.decided()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Feedback.objects.update(**row)


def test_the_database_refuses_that_somebody_else_acknowledges(cast, life):
    life.decided()

    with pytest.raises(IntegrityError, match="feedback_acknowledged_by_its_recipient"), transaction.atomic():
        Feedback.objects.update(acknowledged_at=NOW, acknowledged_by=cast.lin)
