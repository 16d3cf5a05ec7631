"""The pages of modules, profiles, skills and what-if: journeys, input that is wrong, what is recorded, how many queries."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.training import (
    ModuleVersionFactory,
    ProfileAssignmentFactory,
    RoleProfileFactory,
    SkillEvidenceFactory,
    SkillFactory,
    TrainingRecordFactory,
)
from tests.reading import text_of
from training import tasks
from training.models import (
    Module,
    ModuleVersion,
    ProfileAssignment,
    ProfileModule,
    ProfileSkill,
    RoleProfile,
    SkillEvidence,
)

KEPT = "Kept words, typed by hand."
MODULE = {"title": "Neglect", "short_title": "Neglect", "aims": "Sees it.", "delivery": "VIDEO", "minutes": "60"}


def address(name: str, *arguments: object) -> str:
    return reverse(f"training:{name}", args=arguments)


def is_refused(response, *words: str) -> None:
    """422, an error summary that says so, and what was typed is still there."""
    assert response.status_code == 422
    page = response.content.decode()
    assert "<title>Error: " in page
    for word in words:
        assert word in page


def day(name: str, value: date | None) -> dict[str, str]:
    return (
        {f"{name}_{part}": str(number) for part, number in enumerate((value.day, value.month, value.year))}
        if value
        else {}
    )


def today() -> date:
    return timezone.localdate()


# --- modules --------------------------------------------------------------------------------------------------------------


def test_a_module_is_written_by_one_trainer_reviewed_by_its_owner_and_only_then_logged(client, cast):
    profile = RoleProfileFactory(force=cast.police, name="Researcher", account_role="FRONTLINE_OFFICER")
    about = {"owner": cast.mina.email, "link": "learning.example.org/neglect", "materials": "Two cases <b>"}
    client.signed_in(cast.tess)
    page = client.post(address("module_new"), MODULE | about | {"required_for": str(profile.pk)}, follow=True)
    made = ModuleVersion.objects.get()
    assert page.redirect_chain == [(made.module.get_absolute_url(), 302)]
    for words in ("Waiting to be checked", "Owner: Mina Fictitious", "Asked for by: Researcher", "Two cases <b>"):
        assert words in text_of(page)
    assert 'href="https://learning.example.org/neglect"' in page.content.decode()
    assert client.get(address("module_review", made.module_id)).status_code == 403
    assert "Neglect (version 1)" not in client.get(address("record_new")).content.decode()

    client.signed_in(cast.mina)
    assert address("modules_to_review") in client.get(address("mine")).content.decode()
    assert "Neglect, version 1" in text_of(client.get(address("modules_to_review")))
    review = address("module_review", made.module_id)
    read = re.search(r'name="read" value="([^"]+)"', client.get(review).content.decode())
    assert read
    is_refused(client.post(review, {"read": read.group(1)}), "Tick the box")
    again = today() + timedelta(days=365)
    client.post(review, {"read": read.group(1), "has_read": "on"} | day("review_on", again))

    made.refresh_from_db()
    assert (made.reviewed_by, made.review_on, made.starts_on) == (cast.mina, again, today())
    assert "No module waits for your review" in text_of(client.get(address("modules_to_review")))
    client.signed_in(cast.tess)
    assert "Neglect (version 1)" in client.get(address("record_new")).content.decode()


def test_the_owner_is_asked_by_mail_which_names_no_module_and_not_after_the_review(client, cast, mailoutbox):
    module = ModuleVersionFactory(module__force=cast.police, module__title="Neglect", module__owner=cast.mina).module
    client.signed_in(cast.tess)
    client.post(address("module_next_version", module.pk), MODULE | {"after": "1"})
    written = ModuleVersion.objects.get(number=2)

    tasks.email_owner_about_review(lease=None, version_id=str(written.pk))

    (mail,) = mailoutbox
    assert mail.to == [cast.mina.email]
    assert module.get_absolute_url() in mail.body
    assert "Neglect" not in mail.subject + mail.body
    ModuleVersion.objects.filter(number=2).update(reviewed_at=timezone.now(), reviewed_by=cast.mina)
    tasks.email_owner_about_review(lease=None, version_id=str(written.pk))
    assert len(mailoutbox) == 1


def test_trainers_find_what_waits_for_a_review_on_the_home_page_and_not_what_they_wrote(client, cast):
    client.signed_in(cast.tess)
    client.post(address("module_new"), MODULE)
    assert "Modules to review" not in text_of(client.get(reverse("home")))
    assert "No module waits for your review" in text_of(client.get(address("modules_to_review")))

    client.signed_in(UserFactory(agency=cast.police, roles=["TRAINER"]))
    assert "Modules to review" in text_of(client.get(reverse("home")))


def test_what_was_changed_after_it_was_read_is_not_reviewed(client, cast):
    client.signed_in(cast.tess)
    client.post(address("module_new"), MODULE)
    made = ModuleVersion.objects.get()
    page = address("module_next_version", made.module_id)
    shown = client.get(page).content.decode()
    assert "Change version 1" in shown
    read = re.search(r'name="read" value="([^"]+)"', shown)
    assert read
    client.post(page, MODULE | {"aims": KEPT, "read": read.group(1)})
    made.refresh_from_db()
    assert (made.aims, made.number) == (KEPT, 1)

    is_refused(client.post(page, MODULE | {"read": read.group(1)}), "Somebody else changed this version")
    client.signed_in(UserFactory(agency=cast.police, roles=["TRAINER"]))
    stale = {"read": read.group(1), "has_read": "on"}
    is_refused(client.post(address("module_review", made.module_id), stale), "has changed since you opened it")
    assert not ModuleVersion.objects.ready().exists()


def test_what_is_past_its_review_is_marked_and_found_right_again(client, cast):
    past = today() - timedelta(days=1)
    version = ModuleVersionFactory(module__force=cast.police, review_on=past)
    client.signed_in(cast.tess)
    for page in (address("modules"), address("modules_to_review"), version.module.get_absolute_url()):
        assert "Review was due on" in text_of(client.get(page))

    answers = {"read": "- - -", "has_read": "on"}
    review = address("module_review", version.module_id)
    is_refused(client.post(review, answers | day("review_on", past)), "The next review is after today")
    client.post(review, answers | day("review_on", today() + timedelta(days=1)))

    version.refresh_from_db()
    assert (version.checked_by, version.starts_on) == (cast.tess, date(2020, 1, 1))
    assert "Review was due on" not in text_of(client.get(address("modules")))
    assert Entry.objects.filter(what="training.module_version_checked").count() == 1


def test_a_module_is_retired_with_a_day_and_a_reason_and_leaves_lists_and_suggestions(client, cast):
    version = ModuleVersionFactory(module__force=cast.police, module__title="Old", required_for=["FRONTLINE_OFFICER"])
    page = address("module_retire", version.module_id)
    client.signed_in(cast.tess)
    is_refused(client.post(page, {"reason": KEPT}), "Enter the day from which nobody needs it", KEPT)
    yesterday = day("retired_on", today() - timedelta(days=1))
    is_refused(client.post(page, yesterday | {"reason": KEPT}), "from today on, or later", KEPT)

    client.post(page, day("retired_on", today()) | {"reason": KEPT})

    listed = text_of(client.get(address("modules")))
    assert f"Retired Old since {today().day} " in listed
    assert KEPT in text_of(client.get(version.module.get_absolute_url()))
    assert "Old (version 1)" not in client.get(address("record_new")).content.decode()
    is_refused(client.post(page, day("retired_on", today()) | {"reason": "Again."}), "retired already")
    next_version = MODULE | {"after": "1"}
    is_refused(client.post(address("module_next_version", version.module_id), next_version), "This module is retired")


def test_title_and_owner_are_changed_and_a_title_stands_once(client, cast):
    other = ModuleVersionFactory(module__force=cast.police, module__title="There").module
    module = ModuleVersionFactory(module__force=cast.police).module
    client.signed_in(cast.tess)
    page = address("module_edit", module.pk)
    is_refused(client.post(page, {"title": other.title, "short_title": "T"}), "of that title already")

    client.post(page, {"title": "Neglect of children", "short_title": "Neglect", "owner": cast.lin.email})

    module.refresh_from_db()
    assert (module.title, module.owner) == ("Neglect of children", cast.lin)


# --- profiles ---------------------------------------------------------------------------------------------------------------


def test_a_trainer_makes_a_profile_and_puts_somebody_into_it(client, cast):
    needed = ModuleVersionFactory(module__force=cast.police, module__title="Needed").module
    chosen = ModuleVersionFactory(module__force=cast.police, module__title="Chosen").module
    skill = SkillFactory(force=cast.police, name="Rationale")
    client.signed_in(cast.tess)
    answers = {
        "name": "Researcher",
        "for_whom": "The research desk",
        "required": str(needed.pk),
        "optional": str(chosen.pk),
        "optional_needed": "1",
        f"skill_{skill.pk}": "3",
    }

    page = text_of(client.post(address("profile_new"), answers, follow=True))

    profile = RoleProfile.objects.get()
    for words in ("Needed", "Chosen (to choose from)", "Skill: Rationale, does it alone", "at least 1"):
        assert words in page
    shown = client.get(address("profile_edit", profile.pk)).content.decode()
    assert shown.count(" checked") == 2
    assert '<option value="3" selected>' in shown

    whom = {"person": cast.olu.email}
    page = client.post(address("profile_assign", profile.pk), whom | day("starts_on", today()), follow=True)
    assert "Olu Fictitious is in this profile" in text_of(page)
    mine = text_of(client.signed_in(cast.olu).get(address("mine")))
    assert "Researcher since" in mine
    for words in (
        "Needed Module. For Researcher Missing",
        "1 of 1 modules to choose from",
        "Rationale Skill: does it alone",
    ):
        assert words in mine
    client.signed_in(cast.tess)
    one = ProfileAssignment.objects.get()
    client.post(address("assignment_end", one.pk), day("ends_on", today()))
    one.refresh_from_db()
    assert one.ended_by == cast.tess
    assert "Profiles that were assigned Researcher: from" in text_of(client.get(address("person", cast.olu.pk)))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Give the profile a name"),
        ({"name": "There"}, "There is a profile of that name already"),
        ({"account_role": "KING"}, "Select a valid choice"),
        ({"account_role": "TRAINER"}, "Another profile is for that account role already"),
        ({"required": str(uuid.uuid4())}, "Select a valid choice"),
        ({"optional_needed": "many"}, "Enter a whole number"),
        ({"optional_needed": "1"}, "no more can be needed than there are"),
    ],
)
def test_a_profile_that_is_wrong_answers_422_and_keeps_what_was_typed(client, cast, fields, words):
    RoleProfileFactory(force=cast.police, name="There", account_role="TRAINER")
    client.signed_in(cast.tess)

    answers = {"name": "Researcher", "purpose": KEPT, "optional_needed": "0"} | fields
    is_refused(client.post(address("profile_new"), answers), words, KEPT)
    assert RoleProfile.objects.count() == 1


def test_people_of_other_agencies_and_oneself_cannot_be_assigned(client, cast):
    profile = RoleProfileFactory(force=cast.police)
    client.signed_in(cast.tess)
    url = address("profile_assign", profile.pk)

    for one in (cast.tess, cast.pat):
        answers = {"person": one.email} | day("starts_on", today())
        is_refused(client.post(url, answers), "Nobody you can choose here has this address", one.email)
    is_refused(client.post(url, {}), "Write the e-mail address or collar number", "Enter the day")
    assert not ProfileAssignment.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["module", "module_edit", "module_review", "module_retire", "profile", "profile_edit", "profile_assign"]
    + ["assignment_end", "skill_edit", "evidence", "person_what_if"],
)
def test_what_there_is_not_or_is_of_another_force_is_not_found(client, cast, name):
    force = AgencyFactory(kind="POLICE")
    stranger = UserFactory(agency=force)
    there = {
        "module": ModuleVersionFactory(module__force=force).module_id,
        "profile": RoleProfileFactory(force=force).pk,
        "assignment": ProfileAssignmentFactory(person=stranger).pk,
        "skill": SkillFactory(force=force).pk,
        "evidence": SkillEvidenceFactory(person=stranger).pk,
        "person": stranger.pk,
    }[name.partition("_")[0]]
    client.signed_in(cast.tess)

    for pk in (uuid.uuid4(), there):
        assert client.get(address(name, pk)).status_code == 404


# --- what-if ----------------------------------------------------------------------------------------------------------------


def test_what_if_shows_what_would_be_missing_and_stores_nothing(client, cast):
    version = ModuleVersionFactory(module__force=cast.police, module__title="Capacity")
    profile = RoleProfileFactory(force=cast.police, name="Adults")
    ProfileModule.objects.create(profile=profile, module=version.module)
    elsewhere = RoleProfileFactory(name="Elsewhere")
    client.signed_in(cast.tess)
    assert address("person_what_if", cast.olu.pk) in client.get(address("person", cast.olu.pk)).content.decode()

    page = text_of(client.get(address("person_what_if", cast.olu.pk) + f"?profile={profile.pk}"))

    assert "1 of 1 would need something done" in page
    assert "Capacity Module Missing" in page
    assert not ProfileAssignment.objects.exists()
    assert Entry.objects.filter(what="training.what_if_read", object_id=str(cast.olu.pk)).count() == 1
    for wrong in ("", "?profile=nonsense", f"?profile={elsewhere.pk}"):
        response = client.get(address("person_what_if", cast.olu.pk) + wrong)
        assert response.status_code == 200
        assert "would need something done" not in text_of(response)
    TrainingRecordFactory(person=cast.olu, module_version=version, state="COMPLETE")
    client.signed_in(cast.olu)
    assert "Everything is there" in text_of(client.get(address("what_if") + f"?profile={profile.pk}"))


# --- skills -----------------------------------------------------------------------------------------------------------------


def test_somebody_writes_evidence_and_the_line_manager_says_what_is_missing_and_then_confirms(client, cast):
    skill = SkillFactory(force=cast.police, name="Rationale")
    profile = RoleProfileFactory(force=cast.police, name="Frontline", account_role="FRONTLINE_OFFICER")
    ProfileSkill.objects.create(profile=profile, skill=skill, level=3)
    form = {"skill": str(skill.pk), "level": "3", "words": KEPT} | day("shown_on", today())
    for answer, words, standing in (
        ({"answer": "NOT_YET", "words": "Say who acted."}, "Say who acted.", "The newest entry is not enough yet"),
        ({"answer": "CONFIRMED"}, "Confirmed", "Rationale Skill: does it alone. For Frontline Met"),
    ):
        client.signed_in(cast.olu)
        page = client.post(address("evidence_new"), form | {"key": str(uuid.uuid4())}, follow=True)
        entry = SkillEvidence.objects.get(answer="")
        assert page.redirect_chain == [(entry.get_absolute_url(), 302)]
        assert "Your answer" not in text_of(page)
        client.signed_in(cast.lin)
        assert "Evidence of skills to confirm" in text_of(client.get(reverse("home")))
        assert "Olu Fictitious: Rationale" in text_of(client.get(address("evidence_to_answer")))
        is_refused(client.post(entry.get_absolute_url(), {"answer": "NOT_YET"}), "Say what is missing", KEPT)
        client.post(entry.get_absolute_url(), answer)
        assert "No evidence waits for you." in text_of(client.get(address("evidence_to_answer")))
        client.signed_in(cast.olu)
        assert words in text_of(client.get(entry.get_absolute_url()))
        assert standing in text_of(client.get(address("mine")))
    assert SkillEvidence.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"skill": ""}, "Choose the skill"),
        ({"skill": str(uuid.uuid4())}, "Select a valid choice"),
        ({"level": ""}, "Choose how well you do it"),
        ({"level": "9"}, "Select a valid choice"),
        ({"words": "short"}, "At least 10 characters"),
        ({"shown_on_2": "2099"}, "cannot be in the future"),
    ],
)
def test_evidence_that_is_wrong_answers_422_and_keeps_what_was_typed(client, cast, fields, words):
    skill = SkillFactory(force=cast.police)
    client.signed_in(cast.olu)
    form = {"skill": str(skill.pk), "level": "3", "words": KEPT, "key": str(uuid.uuid4())} | day("shown_on", today())

    is_refused(client.post(address("evidence_new"), form | fields), words, fields.get("words", KEPT))
    assert not SkillEvidence.objects.exists()


def test_a_skill_is_set_up_and_changed_and_its_name_stands_once(client, cast):
    other = SkillFactory(force=cast.police, name="There")
    client.signed_in(cast.tess)
    is_refused(client.post(address("skill_new"), {"name": "There", "counts_as_evidence": KEPT}), "already", KEPT)
    is_refused(client.post(address("skill_new"), {"name": "New"}), "Write what counts as evidence")

    client.post(address("skill_edit", other.pk), {"name": "There", "counts_as_evidence": KEPT, "valid_months": "6"})

    other.refresh_from_db()
    assert (other.counts_as_evidence, other.valid_months) == (KEPT, 6)


def test_looking_at_what_others_wrote_and_at_profiles_is_recorded_and_at_ones_own_is_not(client, cast):
    entry = SkillEvidenceFactory(person=cast.olu)
    profile = RoleProfileFactory(force=cast.police)
    client.signed_in(cast.olu)
    for page in (entry.get_absolute_url(), address("what_if")):
        client.get(page)
    assert not Entry.objects.filter(what__startswith="training.").exists()

    client.signed_in(cast.tess)
    for page in (entry.get_absolute_url(), address("evidence_to_answer"), profile.get_absolute_url()):
        client.get(page)

    assert sorted(Entry.objects.filter(what__startswith="training.").values_list("what", "verb", "object_id")) == [
        ("training.evidence_listed", "READ", ""),
        *[("training.evidence_read", "READ", str(entry.pk))] * 2,
        ("training.profile_read", "READ", str(profile.pk)),
    ]


# --- how many queries ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("who", "name", "queries"),
    [
        ("tess", "modules", 7),
        ("tess", "modules_to_review", 4),
        ("tess", "module", 7),
        ("tess", "profiles", 5),
        ("tess", "profile", 9),
        ("tess", "profile_edit", 10),
        ("tess", "evidence_to_answer", 6),
        ("tess", "person_what_if", 12),
        ("olu", "mine", 23),
        ("tess", "person", 24),
    ],
)
def test_lists_have_a_flat_query_count(client, cast, who, name, queries, count, django_assert_num_queries):
    profile = RoleProfileFactory(force=cast.police, account_role="FRONTLINE_OFFICER", optional_needed=1)
    for number in range(count):
        version = ModuleVersionFactory(module__force=cast.police, module__owner=cast.mina, review_on=today())
        for is_optional in (False, True):
            link = version if is_optional else ModuleVersionFactory(module__force=cast.police)
            ProfileModule.objects.create(profile=profile, module=link.module, is_optional=is_optional)
        other = RoleProfileFactory(force=cast.police, name=f"Other {number}")
        ProfileModule.objects.create(profile=other, module=version.module)
        skill = SkillFactory(force=cast.police)
        ProfileSkill.objects.create(profile=profile, skill=skill)
        SkillEvidenceFactory(person=cast.olu, skill=skill)
        SkillEvidenceFactory(person=cast.olu, skill=skill, answered_by=cast.lin)
        ProfileAssignmentFactory(person=cast.olu, profile=other)
        ProfileAssignmentFactory(person=UserFactory(agency=cast.police), profile=profile)
    module = Module.objects.exclude(owner=None).first()
    assert module
    for number in range(2, count + 1):
        ModuleVersionFactory(module=module, number=number)
    arguments = {"module": [module.pk], "profile": [profile.pk], "profile_edit": [profile.pk]}
    client.signed_in(getattr(cast, who))
    page = address(name, *arguments.get(name, [cast.olu.pk] if name.startswith("person") else []))
    if name == "person_what_if":
        page += f"?profile={profile.pk}"

    with django_assert_num_queries(queries):
        client.get(page)


def test_a_trainer_ticks_what_they_confirm_and_reads_what_was_written(client, cast):
    skill = SkillFactory(force=cast.police, name="Rationale")
    first, second = (SkillEvidenceFactory(skill=skill, person=person) for person in (cast.olu, cast.mina))
    client.signed_in(cast.tess)
    url = address("evidence_to_answer")

    page = client.get(url)
    assert first.words in text_of(page)
    assert Entry.objects.filter(what="training.evidence_read", object_id=str(first.pk)).count() == 1
    assert client.post(url).status_code == 422
    done = client.post(url, {"confirm": [str(second.pk)]}, follow=True)

    assert "Confirmed: 1 entry." in text_of(done)
    assert "Mina Fictitious: Rationale" not in text_of(done)
    again = client.post(url, {"confirm": [str(second.pk)]})
    assert (again.status_code, "was answered meanwhile" in text_of(again)) == (422, True)


def test_everybody_of_a_pasted_list_is_put_into_a_profile_and_a_line_that_names_nobody_says_so(client, cast):
    profile = RoleProfileFactory(force=cast.police, name="Researcher")
    url = address("profile_assign_several", profile.pk)
    client.signed_in(cast.tess)
    cast.olu.collar_number = "4711"
    cast.olu.save()
    first_day = day("starts_on", today())

    refused = client.post(url, {"people": f"4711\nnobody@example.org\n{cast.tess.email}"} | first_day)
    assert refused.status_code == 422
    assert "Line 2, nobody@example.org: Nobody" in text_of(refused)
    assert f"Line 3, {cast.tess.email}: Nobody" in text_of(refused), "nobody decides on themselves"
    assert not profile.assignments.exists()

    backwards = client.post(url, {"people": "4711"} | first_day | day("complete_by", date(2020, 1, 1)))
    assert backwards.context["form"].errors["complete_by"] == ["It cannot be complete before it starts."]
    done = client.post(url, {"people": f"4711\n{cast.mina.email}"} | first_day, follow=True)
    assert "New in this profile: 2." in text_of(done)
    again = client.post(url, {"people": f"4711\n{cast.lin.email}"} | first_day, follow=True)
    assert "New in this profile: 1. 1 in it already, and not changed." in text_of(again)
    assert profile.assignments.count() == 3


def test_what_another_trainer_changed_meanwhile_is_not_overwritten(client, cast):
    profile = RoleProfileFactory(force=cast.police, name="Researcher")
    client.signed_in(cast.tess)
    url = address("profile_edit", profile.pk)
    read = client.get(url).context["form"]["read"].value()
    profile.purpose = "Written by somebody else."
    profile.save()

    refused = client.post(url, {"name": "Researchers", "optional_needed": "0", "read": read})

    assert (refused.status_code, "Somebody else changed this profile meanwhile" in text_of(refused)) == (422, True)
    profile.refresh_from_db()
    assert (profile.name, profile.purpose) == ("Researcher", "Written by somebody else.")
    again = client.get(url).context["form"]["read"].value()
    client.post(url, {"name": "Researchers", "optional_needed": "0", "read": again})
    profile.refresh_from_db()
    assert profile.name == "Researchers"
