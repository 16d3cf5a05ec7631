"""Rows for the pages and the API of referrals."""

import uuid
from datetime import timedelta
from typing import Any

from referrals import services
from referrals.enums import FormKind
from tests.factories.accounts import AgencyFactory
from tests.people import NOW, Cast
from tests.permissions.rows import Row, Things

REASONS = "The fictitious child is alone at night, often, and no adult could be reached."
ENOUGH = {"types": ["CHILD"], "risk_level": 2, "lawful_basis": "PUBLIC_TASK", "concern": "Alone at night."}
SUBJECT = {"role": "SUBJECT", "given_names": "Fictitious"}
DECISION = {"level": 4, "pathway": "SECTION_17", "rationale": REASONS}


def furnish(cast: Cast) -> dict[str, Any]:
    """Olu's draft with one person; his PPN as received, and as shared with the council."""
    draft = services.begin_draft(kind=FormKind.PPN, by=cast.olu, at=NOW)
    services.save_section(referral_id=draft.pk, version=1, answers=ENOUGH, by=cast.olu, at=NOW)
    person = services.add_person(referral_id=draft.pk, answers=SUBJECT, by=cast.olu, at=NOW)

    def submitted(**answers: Any) -> Any:
        return services.submit_complete_referral(
            kind=FormKind.PPN,
            answers=ENOUGH | answers,
            people=[SUBJECT | {"estimated_age": 8}],
            key=uuid.uuid4(),
            by=cast.olu,
            at=NOW,
        )

    received, shared, closed = submitted(), submitted(), submitted()
    services.decide_referral(referral_id=closed.pk, by=cast.mina, at=NOW, **DECISION)
    services.close_referral(referral_id=closed.pk, by=cast.sam, at=NOW)
    high, returned = submitted(risk_level=3), submitted(risk_level=3)
    services.review_referral(
        referral_id=returned.pk,
        move="RETURN",
        points_met=[],
        safeguarding_done=True,
        risk_level=3,
        return_codes=["VOICE_MISSING"],
        note="Please tell what the child said, in their words.",
        by=cast.lin,
        at=NOW,
    )
    services.decide_referral(referral_id=shared.pk, by=cast.mina, at=NOW, **DECISION)
    share = services.share_referral(
        referral_id=shared.pk,
        agency=cast.council,
        lawful_basis="PUBLIC_TASK",
        reason="They can assess.",
        by=cast.mina,
        at=NOW,
    )
    further = services.share_referral(
        referral_id=shared.pk,
        agency=cast.elsewhere,
        lawful_basis="PUBLIC_TASK",
        reason="They teach her.",
        by=cast.mina,
        at=NOW,
    )
    by_letter = services.share_referral(
        referral_id=shared.pk,
        agency=AgencyFactory(name="Testham Charity (fictitious), without accounts"),
        lawful_basis="PUBLIC_TASK",
        reason="They support her.",
        by=cast.mina,
        at=NOW,
    )
    flag = services.raise_flag(
        referral_id=received.pk, kind="RISK_TO_STAFF", words="A dog that bites.", by=cast.mina, at=NOW
    )
    link = services.link_referrals(
        referral_id=received.pk, reference=shared.reference, kind="FOLLOWS", words="A week later.", by=cast.mina, at=NOW
    )
    needs = {"missing": ["WHO"], "words": "Which class?"}
    services.answer_share(share_id=further.pk, answer_state="FURTHER_WORK", by=cast.out, at=NOW, **needs)
    question = services.ask_referrer(referral_id=shared.pk, question="Who was there?", by=cast.mina, at=NOW)
    discussion = services.record_strategy_discussion(
        referral_id=shared.pk,
        key=uuid.uuid4(),
        held_at=NOW,
        outcome="JOINT",
        reasons="Harm is likely.",
        attended=[
            services.Attended(agency=agency, presence="PRESENT", shared="") for agency in (cast.police, cast.council)
        ],
        agreed=[services.Agreed(what="Visit.", owner=cast.council, due_on=NOW.date())],
        by=cast.mina,
        at=NOW,
    )
    abuse = {"types": ["DOMESTIC_ABUSE"]}
    tellable, told = (submitted(**abuse).encompass_notices.get() for _ in range(2))
    services.send_notice(
        notice_id=told.pk, channel="PHONE", school="A school", key_adult="Ms Head", by=cast.mina, at=NOW
    )
    person_received, person_shared = (each.people.get() for each in (received, shared))
    match = services.answer_match(
        person_id=person_received.pk, other_id=person_shared.pk, answer="SAME", by=cast.mina, at=NOW
    )
    held = services.open_meeting(by=cast.mina, at=NOW + timedelta(minutes=1))
    noted = services.note_item(
        item_id=held.items.get(referral=shared).pk,
        version=1,
        outcome="ACTION",
        notes="Visit.",
        owner_agency=cast.council,
        by=cast.mina,
        at=NOW,
    )
    return {
        "referrals_meeting_action": noted,
        "referrals_notice": tellable,
        "referrals_told": told,
        "referrals_action": discussion.actions.get(),
        "referrals_agency": AgencyFactory(name="Testham Housing (fictitious)"),
        "referrals_further": further,
        "referrals_flag": flag,
        "referrals_link": link,
        "referrals_by_letter": by_letter,
        "referrals_question": question,
        "referrals_search": services.begin_search(terms={"text": "night"}, by=cast.mina, at=NOW),
        "referrals_match": match,
        "referrals_person_received": person_received,
        "referrals_person_shared": person_shared,
        "referrals_draft": draft,
        "referrals_person": person,
        "referrals_closed": closed,
        "referrals_received": received,
        "referrals_high": high,
        "referrals_meeting": held,
        "referrals_view": services.save_view(name="Mine", filters="assignee=me", by=cast.mina, at=NOW),
        "referrals_returned": returned,
        "referrals_shared": shared,
        "referrals_share": share,
    }


def draft(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_draft"].pk}


def person(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_draft"].pk, "person_pk": things["referrals_person"].pk}


def section(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_draft"].pk, "key": "concern"}


def child_section(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_draft"].pk, "key": "child"}


def closed(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_closed"].pk}


def wrong_person(cast: Cast, things: Things) -> dict[str, Any]:
    return {"reason": "WRONG_PERSON", "words": "It names a neighbour."}


def received(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_received"].pk}


def shared(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_shared"].pk}


def share(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_shared"].pk, "share_pk": things["referrals_share"].pk}


def known_person(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_received"].pk, "person_pk": things["referrals_person_received"].pk}


def known_person_shared(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_shared"].pk, "person_pk": things["referrals_person_shared"].pk}


def match(cast: Cast, things: Things) -> dict[str, Any]:
    return known_person(cast, things) | {"match_pk": things["referrals_match"].pk}


def searched(cast: Cast, things: Things) -> dict[str, Any]:
    return {"search_pk": things["referrals_search"].pk}


def same(cast: Cast, things: Things) -> dict[str, Any]:
    return {"other": str(things["referrals_person_shared"].pk), "answer": "SAME"}


def share_alone(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_share"].pk}


def saved(cast: Cast, things: Things) -> dict[str, Any]:
    return {"concern": "Alone.", "version": 2}


def changed_person(cast: Cast, things: Things) -> dict[str, Any]:
    return SUBJECT | {"version": 2}


def more_of_person(cast: Cast, things: Things) -> dict[str, Any]:
    return {"religion": "None", "version": 2}


def part(cast: Cast, things: Things) -> dict[str, Any]:
    return received(cast, things) | {"key": "concern"}


def named(cast: Cast, things: Things) -> dict[str, Any]:
    return received(cast, things) | {"person_pk": things["referrals_received"].people.get().pk}


def amendment(cast: Cast, things: Things) -> dict[str, Any]:
    return {"concern": "Alone at night, again.", "version": things["referrals_received"].version, "reason": REASONS}


def other_name(cast: Cast, things: Things) -> dict[str, Any]:
    return SUBJECT | {"given_names": "Other", "version": things["referrals_received"].version, "reason": REASONS}


def key(cast: Cast, things: Things) -> dict[str, Any]:
    return {"submission_key": uuid.uuid4()}


def level(cast: Cast, things: Things) -> dict[str, Any]:
    return {"level": 3, "reason": REASONS, "may_be_told": "What health knows makes it graver."}


def decision(cast: Cast, things: Things) -> dict[str, Any]:
    return DECISION


def disclosure(cast: Cast, things: Things) -> dict[str, Any]:
    basis = {"lawful_basis": "PUBLIC_TASK", "reason": "They can assess.", "sections": ["concern"]}
    return {"agency": str(things["referrals_agency"].pk)} | basis


def newer(cast: Cast, things: Things) -> dict[str, Any]:
    return {"sections": ["concern"], "reason": "The school needs no more."}


def given(cast: Cast, things: Things) -> dict[str, Any]:
    return share(cast, things) | {"number": 1}


def further(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_shared"].pk, "share_pk": things["referrals_further"].pk}


def question(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_shared"].pk, "question_pk": things["referrals_question"].pk}


def words(cast: Cast, things: Things) -> dict[str, Any]:
    return dict.fromkeys(("words", "question", "reply"), "She is in class 4.") | {"kind": "LEARNING"}


def notice(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_notice"].referral_id, "notice_pk": things["referrals_notice"].pk}


def told(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_told"].referral_id, "notice_pk": things["referrals_told"].pk}


def meeting_action(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_shared"].pk, "item_pk": things["referrals_meeting_action"].pk}


def action(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_shared"].pk, "action_pk": things["referrals_action"].pk}


def to_school(cast: Cast, things: Things) -> dict[str, Any]:
    return {"channel": "PHONE", "school": "A school", "key_adult": "Ms Head"}


def exception(cast: Cast, things: Things) -> dict[str, Any]:
    return {"reason": "UNSAFE", "words": "The head is his aunt."}


def reason(cast: Cast, things: Things) -> dict[str, Any]:
    return {"reason": "Shared by mistake."}


def acceptance(cast: Cast, things: Things) -> dict[str, Any]:
    return {"answer_state": "ACCEPTED"}


def whole_ppn(cast: Cast, things: Things) -> dict[str, Any]:
    answers = {name: value for name, value in ENOUGH.items() if name != "concern"}
    return answers | {"kind": "PPN", "ppn": {"concern": ENOUGH["concern"]}, "people": [SUBJECT]}


def receiver(cast: Cast, things: Things) -> dict[str, Any]:
    return {"to": str(cast.sam.pk)}


def several(cast: Cast, things: Things) -> dict[str, Any]:
    return receiver(cast, things) | {"referral": str(things["referrals_received"].pk)}


def portion(cast: Cast, things: Things) -> dict[str, Any]:
    return {"to": f"{things['referrals_received'].pk} {cast.mina.pk}"}


def view_to_save(cast: Cast, things: Things) -> dict[str, Any]:
    return {"name": "High", "filters": "risk=3"}


def own_view(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_view"].pk}


def meeting(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_meeting"].pk}


def meeting_item(cast: Cast, things: Things) -> dict[str, Any]:
    return meeting(cast, things) | {"item_pk": things["referrals_meeting"].items.order_by("position").first().pk}


def attendance(cast: Cast, things: Things) -> dict[str, Any]:
    return {"people_present": "Pat Fictitious, council"}


def discussed(cast: Cast, things: Things) -> dict[str, Any]:
    return {"outcome": "DISCUSSED", "version": 1}


def high_risk(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_high"].pk}


def returned(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_returned"].pk}


def approval(cast: Cast, things: Things) -> dict[str, Any]:
    return {"safeguarding_done": "yes", "risk_level": "3", "move": "APPROVE"}


def review_reply(cast: Cast, things: Things) -> dict[str, Any]:
    return {"answer": "I asked again."}


def chosen_form(cast: Cast, things: Things) -> dict[str, Any]:
    return {"kind": "PPN"}


def information(cast: Cast, things: Things) -> dict[str, Any]:
    return {"situation": "INFORMATION"}


def flag(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_received"].pk, "flag_pk": things["referrals_flag"].pk}


def link(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_received"].pk, "link_pk": things["referrals_link"].pk}


def new_flag(cast: Cast, things: Things) -> dict[str, Any]:
    return {"kind": "COURT_ORDER", "words": "No contact with the uncle."}


def new_link(cast: Cast, things: Things) -> dict[str, Any]:
    return {"kind": "HOUSEHOLD", "reference": things["referrals_shared"].reference, "words": "Sisters."}


def no_longer(cast: Cast, things: Things) -> dict[str, Any]:
    return {"reason": "It is over."}


def by_letter(cast: Cast, things: Things) -> dict[str, Any]:
    share = things["referrals_by_letter"]
    return {"pk": share.referral_id, "share_pk": share.pk}


def letter(cast: Cast, things: Things) -> dict[str, Any]:
    moment = {"told_at_0": "20", "told_at_1": "11", "told_at_2": "2026", "told_at_3": "10:00"}
    return moment | {"told_by": "A clerk", "channel": "LETTER", "answer_state": "ACCEPTED"}


def handed(cast: Cast, things: Things) -> dict[str, Any]:
    return {"to": "A fictitious clerk"}


# Whoever may see any referral.
SEARCHERS = ("olu", "lin", "mina", "sam", "pat", "out")
WRITERS = ("olu", "mina", "pat", "out")


def only(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


# Those who see a received PPN: its writer, his line manager, the hub. Those who see a shared one: the receiving agency too.
INSIDERS = ("olu", "lin", "mina", "sam")
HUB = ("mina", "sam")
AGENCIES = ("pat", "out")
READERS = ("sam", "tess", "leda", "ana")

ROWS = [
    Row("referrals:index", 403, only(302, *WRITERS, "sam", "ana", "ines"), why="each is sent to the page that fits"),
    Row("referrals:mine", 403, only(200, *WRITERS)),
    Row("referrals:start", 403, only(200, *WRITERS)),
    Row(
        "referrals:start",
        403,
        only(302, "olu", "mina") | only(422, "pat", "out"),
        method="POST",
        data=chosen_form,
        why="a PPN comes from police only",
    ),
    Row(
        "referrals:start",
        403,
        only(302, "pat", "out") | only(422, "olu", "mina"),
        method="POST",
        data=lambda cast, things: {"kind": "CPI"},
    ),
    Row("referrals:start_information", 403, only(200, "pat", "out")),
    Row("referrals:start_information", 403, only(302, "pat", "out"), method="POST", data=information),
    Row("referrals:search", 403, only(200, *SEARCHERS)),
    Row("referrals:search", 403, only(302, *SEARCHERS), method="POST", data=lambda cast, things: {"text": "heron"}),
    Row("referrals:search_results", 403, only(404, *SEARCHERS) | only(200, "mina"), arguments=searched),
    Row("referrals:queue", 403, only(200, *HUB)),
    Row("referrals:queue_news", 403, only(200, *HUB)),
    Row("referrals:unfinished", 403, only(200, *HUB)),
    Row("referrals:thresholds", 403, only(200, *HUB)),
    Row("referrals:thresholds", 403, only(422, "sam"), "POST"),
    Row("referrals:harm_rules", 403, only(200, *HUB)),
    Row("referrals:harm_rules", 403, only(422, "sam"), "POST"),
    Row("referrals:completed", 403, only(200, *HUB)),
    Row("referrals:protection", 403, only(200, *HUB)),
    Row("referrals:re_referrals", 403, only(200, *HUB)),
    Row("referrals:queue_views", 403, only(200, *HUB)),
    Row("referrals:queue_views", 403, only(302, *HUB), method="POST", data=view_to_save),
    Row("referrals:queue_view_open", 404, only(302, "mina"), method="POST", arguments=own_view),
    Row("referrals:queue_view_remove", 404, only(302, "mina"), method="POST", arguments=own_view),
    Row("referrals:divide", 403, only(200, *HUB)),
    Row("referrals:divide", 403, only(302, *HUB), method="POST", data=portion),
    Row("referrals:assign_several", 403, only(200, *HUB)),
    Row("referrals:assign_several", 403, only(302, *HUB), method="POST", data=several),
    Row("referrals:claim", 404, only(403, *INSIDERS) | only(302, *HUB), method="POST", arguments=received),
    Row("referrals:assign", 404, only(403, *INSIDERS) | only(200, *HUB), arguments=received),
    Row("referrals:assign", 404, only(403, *INSIDERS) | only(302, *HUB), "POST", received, receiver),
    Row("referrals:give_back", 404, only(403, *INSIDERS) | only(302, *HUB), method="POST", arguments=received),
    Row("referrals:meetings", 403, only(200, *HUB)),
    Row("referrals:meetings", 403, only(302, *HUB), method="POST"),
    Row("referrals:meeting", 404, only(200, *HUB), arguments=meeting),
    Row("referrals:meeting_print", 404, only(200, *HUB), arguments=meeting),
    Row("referrals:meeting_attendance", 404, only(200, *HUB), arguments=meeting),
    Row("referrals:meeting_attendance", 404, only(302, *HUB), "POST", meeting, attendance),
    Row("referrals:meeting_close", 404, only(200, *HUB), arguments=meeting),
    Row("referrals:meeting_close", 404, only(302, *HUB), method="POST", arguments=meeting),
    Row("referrals:meeting_item", 404, only(200, *HUB), arguments=meeting_item),
    Row("referrals:meeting_item", 404, only(302, *HUB), "POST", meeting_item, discussed),
    Row("referrals:meeting_move", 404, only(302, *HUB), method="POST", arguments=meeting_item),
    Row("referrals:reviews", 403, only(200, "lin", "sam")),
    Row("referrals:returned", 403, only(200, *WRITERS)),
    Row("referrals:review", 404, only(403, *INSIDERS) | only(200, "lin"), arguments=high_risk),
    Row("referrals:review", 404, only(403, *INSIDERS) | only(302, "lin"), "POST", high_risk, approval),
    Row("referrals:review_answer", 404, only(403, *INSIDERS) | only(200, "olu"), arguments=returned),
    Row("referrals:review_answer", 404, only(403, *INSIDERS) | only(302, "olu"), "POST", returned, review_reply),
    Row("referrals:shared", 403, only(200, "pat", "out")),
    Row("referrals:detail", 404, only(200, *INSIDERS), arguments=received),
    Row("referrals:detail", 404, only(200, *INSIDERS, *AGENCIES), arguments=shared),
    Row("referrals:detail", 404, only(302, "olu"), arguments=draft, why="a draft is its writer's alone"),
    Row("referrals:draft", 404, only(200, "olu"), arguments=draft),
    Row("referrals:draft", 404, only(403, *INSIDERS), arguments=received, why="what was sent is no draft"),
    Row("referrals:section", 404, only(200, "olu"), arguments=section),
    Row("referrals:section", 404, only(302, "olu"), method="POST", arguments=section, data=saved),
    Row("referrals:section", 404, only(200, "olu"), arguments=child_section),
    Row("referrals:person_add", 404, only(200, "olu"), arguments=draft),
    Row("referrals:person_add", 404, only(302, "olu"), method="POST", arguments=draft, data=changed_person),
    Row("referrals:person_change", 404, only(200, "olu"), arguments=person),
    Row("referrals:person_change", 404, only(302, "olu"), method="POST", arguments=person, data=changed_person),
    Row("referrals:person_more", 404, only(200, "olu"), arguments=person),
    Row("referrals:person_more", 404, only(302, "olu"), method="POST", arguments=person, data=more_of_person),
    Row("referrals:person_remove", 404, only(200, "olu"), arguments=person),
    Row("referrals:person_remove", 404, only(302, "olu"), method="POST", arguments=person),
    Row("referrals:check", 404, only(200, "olu"), arguments=draft),
    Row("referrals:check", 404, only(302, "olu"), method="POST", arguments=draft, data=key),
    Row("referrals:sent", 404, only(403, *INSIDERS) | only(200, "olu"), arguments=received),
    Row("referrals:discard", 404, only(200, "olu"), arguments=draft),
    Row("referrals:discard", 404, only(302, "olu"), method="POST", arguments=draft),
    Row("referrals:decide", 404, only(403, *INSIDERS) | only(200, *HUB), arguments=received),
    Row("referrals:decide", 404, only(403, *INSIDERS) | only(302, *HUB), "POST", received, decision),
    Row("referrals:share", 404, only(403, *INSIDERS, *AGENCIES) | only(200, *HUB), arguments=shared),
    Row("referrals:share", 404, only(403, *INSIDERS, *AGENCIES) | only(302, *HUB), "POST", shared, disclosure),
    Row("referrals:renew_share", 404, only(403, *INSIDERS, *AGENCIES) | only(200, *HUB), arguments=share),
    Row("referrals:renew_share", 404, only(403, *INSIDERS, *AGENCIES) | only(302, *HUB), "POST", share, newer),
    Row("referrals:given", 404, only(403, *INSIDERS, *AGENCIES) | only(200, *HUB), arguments=given),
    Row("referrals:pack", 404, only(403, *INSIDERS) | only(200, *HUB, "pat"), arguments=share),
    Row("referrals:end_share", 404, only(403, *INSIDERS, *AGENCIES) | only(200, *HUB), arguments=share),
    Row("referrals:end_share", 404, only(403, *INSIDERS, *AGENCIES) | only(302, *HUB), "POST", share, reason),
    Row("referrals:answer", 404, only(200, "pat"), arguments=share),
    Row("referrals:answer", 404, only(302, "pat"), method="POST", arguments=share, data=acceptance),
    Row("referrals:supply", 404, only(403, *INSIDERS, *AGENCIES) | only(200, "olu", *HUB), arguments=further),
    Row("referrals:supply", 404, only(403, *INSIDERS, *AGENCIES) | only(302, "olu", *HUB), "POST", further, words),
    Row("referrals:look_again", 404, only(403, *INSIDERS, *AGENCIES) | only(302, *HUB), "POST", share),
    Row("referrals:hand_over", 404, only(403, *INSIDERS, *AGENCIES) | only(200, *HUB), arguments=share),
    Row("referrals:hand_over", 404, only(403, *INSIDERS, *AGENCIES) | only(302, *HUB), "POST", share, handed),
    Row("referrals:record_answer", 404, only(403, *INSIDERS, *AGENCIES) | only(200, *HUB), arguments=by_letter),
    Row("referrals:record_answer", 404, only(403, *INSIDERS, *AGENCIES) | only(302, *HUB), "POST", by_letter, letter),
    Row("referrals:flag_raise", 404, only(403, "olu", "lin") | only(200, *HUB), arguments=received),
    Row("referrals:flag_raise", 404, only(403, "olu", "lin") | only(302, *HUB), "POST", received, new_flag),
    Row("referrals:flag_clear", 404, only(403, "olu", "lin") | only(200, *HUB), arguments=flag),
    Row("referrals:flag_clear", 404, only(403, "olu", "lin") | only(302, *HUB), "POST", flag, no_longer),
    Row("referrals:link_add", 404, only(403, "olu", "lin") | only(200, *HUB), arguments=received),
    Row("referrals:link_add", 404, only(403, "olu", "lin") | only(302, *HUB), "POST", received, new_link),
    Row("referrals:link_remove", 404, only(403, "olu", "lin") | only(200, *HUB), arguments=link),
    Row("referrals:link_remove", 404, only(403, "olu", "lin") | only(302, *HUB), "POST", link, no_longer),
    Row("referrals:ask", 404, only(403, *INSIDERS, *AGENCIES) | only(200, *HUB), arguments=shared),
    Row("referrals:ask", 404, only(403, *INSIDERS, *AGENCIES) | only(302, *HUB), "POST", shared, words),
    Row("referrals:reply", 404, only(403, *INSIDERS, *AGENCIES) | only(200, "olu"), arguments=question),
    Row("referrals:reply", 404, only(403, *INSIDERS, *AGENCIES) | only(302, "olu"), "POST", question, words),
    Row("referrals:feedback", 404, only(403, *INSIDERS, *AGENCIES) | only(200, *HUB), arguments=shared),
    Row("referrals:feedback", 404, only(403, *INSIDERS, *AGENCIES) | only(302, *HUB), "POST", shared, words),
    Row("referrals:acknowledge", 404, only(403, *INSIDERS, *AGENCIES) | only(302, "olu"), "POST", shared),
    Row("referrals:awaited", 403, only(200, *HUB)),
    Row("referrals:outcomes", 403, only(200, *READERS)),
    Row("referrals:timeliness", 403, only(200, *READERS)),
    Row("referrals:outcomes_csv", 403, only(200, *READERS)),
    Row("referrals:meeting_actions", 403, only(200, *HUB, *AGENCIES)),
    Row("referrals:actions", 403, only(200, *HUB, *AGENCIES)),
    Row("referrals:encompass", 403, only(200, *HUB)),
    Row("referrals:strategy", 404, only(403, *INSIDERS, *AGENCIES) | only(200, *HUB), arguments=shared),
    Row(
        "referrals:strategy",
        404,
        only(403, *INSIDERS, *AGENCIES) | only(422, *HUB),
        "POST",
        shared,
        why="Nothing was filled in",
    ),
    Row(
        "referrals:action_done",
        404,
        only(403, *INSIDERS, *AGENCIES) | only(302, *HUB, "pat"),
        "POST",
        action,
        why="The agency that does it, and the hub",
    ),
    Row(
        "referrals:meeting_action_done",
        404,
        only(403, *INSIDERS, *AGENCIES) | only(302, *HUB, "pat"),
        "POST",
        meeting_action,
        why="The agency that does it, and the hub",
    ),
    Row("referrals:encompass_send", 404, only(403, *INSIDERS) | only(200, *HUB), arguments=notice),
    Row("referrals:encompass_send", 404, only(403, *INSIDERS) | only(302, *HUB), "POST", notice, to_school),
    Row("referrals:encompass_failed", 404, only(403, *INSIDERS) | only(200, *HUB), arguments=told),
    Row("referrals:encompass_failed", 404, only(403, *INSIDERS) | only(302, *HUB), "POST", told, words),
    Row("referrals:encompass_except", 404, only(403, *INSIDERS) | only(200, "sam"), arguments=notice),
    Row("referrals:encompass_except", 404, only(403, *INSIDERS) | only(302, "sam"), "POST", notice, exception),
    Row("referrals:encompass_arrived", 404, only(403, *INSIDERS) | only(302, *HUB), "POST", told),
    Row("referrals:versions", 404, only(200, *INSIDERS), arguments=received),
    Row("referrals:versions", 404, only(200, *INSIDERS) | only(403, *AGENCIES), arguments=shared),
    Row("referrals:amend", 404, only(403, *HUB) | only(200, "olu", "lin"), arguments=received),
    Row("referrals:amend", 404, only(403, *HUB, *AGENCIES) | only(200, "olu", "lin"), arguments=shared),
    Row("referrals:amend", 404, only(404, "olu"), arguments=draft, why="a draft is changed, not amended"),
    Row("referrals:amend_section", 404, only(403, *HUB) | only(200, "olu", "lin"), arguments=part),
    Row("referrals:amend_section", 404, only(403, *HUB) | only(302, "olu", "lin"), "POST", part, amendment),
    Row("referrals:amend_person", 404, only(403, *HUB) | only(200, "olu", "lin"), arguments=named),
    Row("referrals:amend_person", 404, only(403, *HUB) | only(302, "olu", "lin"), "POST", named, other_name),
    Row("referrals:amend_remove_person", 404, only(403, *HUB) | only(200, "olu", "lin"), arguments=named),
    Row(
        "referrals:amend_remove_person",
        404,
        only(403, *HUB) | only(422, "olu", "lin"),
        "POST",
        named,
        other_name,
        why="the hub has said who this person is",
    ),
    Row("referrals:set_risk", 404, only(403, "olu", "lin") | only(200, *HUB), arguments=received),
    Row("referrals:set_risk", 404, only(403, "olu", "lin", *AGENCIES) | only(200, *HUB), arguments=shared),
    Row("referrals:set_risk", 404, only(403, "olu", "lin") | only(302, *HUB), "POST", received, level),
    Row("referrals:amend_add_person", 404, only(403, *HUB) | only(200, "olu", "lin"), arguments=received),
    Row("referrals:amend_add_person", 404, only(403, *HUB) | only(302, "olu", "lin"), "POST", received, other_name),
    Row("referrals:person_history", 404, only(403, *INSIDERS) | only(200, *HUB), arguments=known_person),
    Row(
        "referrals:person_history",
        404,
        only(403, *INSIDERS, *AGENCIES) | only(200, *HUB),
        arguments=known_person_shared,
    ),
    Row("referrals:match_answer", 404, only(403, *INSIDERS) | only(302, *HUB), "POST", known_person, same),
    Row("referrals:match_undo", 404, only(403, *INSIDERS) | only(200, *HUB), arguments=match),
    Row("referrals:match_undo", 404, only(403, *INSIDERS) | only(302, *HUB), "POST", match, reason),
    Row("referrals:reopen", 404, only(403, *INSIDERS, "mina") | only(200, "sam"), arguments=closed),
    Row("referrals:reopen", 404, only(403, *INSIDERS, "mina") | only(302, "sam"), "POST", closed, reason),
    Row("referrals:void", 404, only(403, *INSIDERS, "mina") | only(200, "sam"), arguments=received),
    Row("referrals:void", 404, only(403, *INSIDERS, "mina") | only(302, "sam"), "POST", received, wrong_person),
    Row(
        "referrals:void", 404, only(403, *INSIDERS, *AGENCIES, "mina") | only(302, "sam"), "POST", shared, wrong_person
    ),
    Row("referrals:close", 404, only(403, *INSIDERS) | only(200, *HUB), arguments=received),
    Row("referrals:close", 404, only(403, *INSIDERS) | only(302, *HUB), method="POST", arguments=received),
    Row("api:referrals", 200, anonymous=401, why="each gets the list of what they may see"),
    Row("api:referrals", 403, only(201, "olu", "mina"), method="POST", data=whole_ppn, anonymous=401),
    Row("api:referral", 404, only(200, *INSIDERS, *AGENCIES), arguments=shared, anonymous=401),
    Row("api:decisions", 404, only(403, *INSIDERS) | only(201, *HUB), "POST", received, decision, 401),
    Row("api:shares", 404, only(403, *INSIDERS, *AGENCIES) | only(201, *HUB), "POST", shared, disclosure, 401),
    Row("api:answer", 404, only(200, "pat"), "POST", share_alone, acceptance, 401),
]
