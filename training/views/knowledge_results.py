"""What came out of a knowledge test: change by cohort and by person, how good the questions are, and the files for comparing forces."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.sign_in.confirming import confirmed_recently_for_file
from audit import services as audit
from audit.enums import Verb
from common.charts import Chart, Series, line_chart
from common.csv_files import csv_chunks
from common.http import SignedInRequest
from common.paging import keyset_page
from common.xlsx import XLSX
from training import permissions
from training.documents import knowledge as documents
from training.models import Cohort, KnowledgeTest
from training.queries import knowledge_results as queries
from training.queries.knowledge import tests_of
from training.queries.knowledge_analysis import analysis_of
from training.views.frame import show

STEPS_OF_AXIS = 5


@require_safe
def knowledge_results(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """How far people changed, all together and by cohort; looking is recorded."""
    test = _test(request, pk)
    whole, cohorts = queries.results_of(test, request.user)
    _record(request, test, "training.knowledge_results_read")
    context = {
        "test": test,
        "whole": whole,
        "cohorts": cohorts,
        "chart": chart_of(whole) if whole and whole.change.n else None,
        "scores": scores_of(whole) if whole and whole.change.n else [],
        "may_run": permissions.can_run_training(request.user),
    }
    return show(request, "knowledge_results.html", context)


@require_safe
def knowledge_people(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What each person scored, for trainers; looking is recorded."""
    test = _test(request, pk, trainers=True)
    cohort = None
    if wanted := request.GET.get("cohort", ""):
        cohort = next((one for one in Cohort.objects.of(request.user) if str(one.pk) == wanted), None)
        if cohort is None:
            raise Http404
    listed = queries.people_of(test, cohort=cohort.pk if cohort else None)
    page = keyset_page(listed, order=("name", "pk"), cursor=request.GET.get("cursor"))
    people = queries.results_by_person(test, page.items)
    _record(request, test, "training.knowledge_people_listed", people=len(people))
    context = {"test": test, "page": page, "people": people, "cohort": cohort}
    return show(request, "knowledge_people.html", context)


@require_safe
def knowledge_analysis(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """How good the questions are, for trainers; looking is recorded."""
    test = _test(request, pk, trainers=True)
    analysis = analysis_of(test)
    _record(request, test, "training.knowledge_analysis_read")
    return show(request, "knowledge_analysis.html", {"test": test, "analysis": analysis})


@require_safe
@confirmed_recently_for_file
def knowledge_export(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The pairs without names, and the questions, as a workbook; recorded."""
    test = _test(request, pk, trainers=True)
    groups = queries.groups_to_export(test)
    pairs = queries.exported_pairs(test, groups)
    people = [pair.person for group in groups for pair in group]
    content = documents.workbook(test, pairs, analysis_of(test, people=people))
    _record(
        request,
        test,
        "training.knowledge_exported",
        verb=Verb.EXPORTED,
        pairs=len(pairs),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="knowledge-{test.fingerprint[:12]}.xlsx"'
    return response


@require_safe
@confirmed_recently_for_file
def knowledge_export_csv(request: SignedInRequest, pk: uuid.UUID) -> StreamingHttpResponse:
    """The pairs without names as CSV, to be put under those of another force; recorded."""
    test = _test(request, pk, trainers=True)
    pairs = queries.exported_pairs(test, queries.groups_to_export(test))
    _record(request, test, "training.knowledge_exported", verb=Verb.EXPORTED, pairs=len(pairs))
    rows = documents.pair_rows(test, pairs)
    response = StreamingHttpResponse(csv_chunks(documents.PAIR_HEADINGS, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="knowledge-{test.fingerprint[:12]}.csv"'
    return response


def chart_of(result: queries.Result) -> Chart:
    """How many people had how many right, before and after."""
    before, after = _times(result)
    most = max(max(before), max(after))
    step = max(1, -(-most // STEPS_OF_AXIS))
    top = step * -(-most // step)
    return line_chart(
        slug="knowledge",
        title=f"On average {result.change_in_words}",
        caption="How many people had how many right. Dark line with circles: before. Dashed line with squares: after.",
        labels=[str(score) for score in range(result.out_of + 1)],
        series=[Series("Before", before), Series("After", after)],
        low=0,
        high=top,
        ticks=range(0, top + 1, step),
    )


def scores_of(result: queries.Result) -> list[tuple[int, int, int]]:
    """The same as rows: right answers, people before, people after."""
    before, after = _times(result)
    return [(score, before[score], after[score]) for score in range(result.out_of + 1)]


def _times(result: queries.Result) -> tuple[Sequence[int], Sequence[int]]:
    whole = [pair for pair in result.pairs if pair.is_whole]
    before, after = (Counter(getattr(pair, side) for pair in whole) for side in ("before", "after"))
    scores = range(result.out_of + 1)
    return [before[score] for score in scores], [after[score] for score in scores]


def _test(request: SignedInRequest, pk: uuid.UUID, *, trainers: bool = False) -> KnowledgeTest:
    """A test of the agency that was opened (else 404), for who may see what came out of it (else 403)."""
    test: KnowledgeTest = get_object_or_404(tests_of(request.user).exclude(opened_at=None), pk=pk)
    may = permissions.can_run_training if trainers else permissions.can_see_knowledge_results
    if not may(request.user):
        raise PermissionDenied
    return test


def _record(
    request: SignedInRequest, test: KnowledgeTest, what: str, *, verb: Verb = Verb.READ, **details: Any
) -> None:
    audit.record(verb=verb, what=what, at=timezone.now(), actor=request.user, subject=test, **details)
