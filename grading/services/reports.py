"""Asking for a report, by a person or by the clock, and handing it out. The making itself is in tasks."""

import hashlib
import uuid
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from grading.enums import REPORTABLE, ReportFile, ReportKind, RoundState
from grading.models import DipSample, GradingRound, Report, ReportSlot, ReportYear
from grading.permissions.reports import (
    can_cancel_report,
    can_make_annual_report,
    can_make_report,
    can_make_round_report,
)
from grading.queries.annual import years_to_report
from grading.tasks.reports import FOLDER, make_report, remove_other_files
from jobs.services import cancel, enqueue


class CannotMakeReport(DomainError):
    pass


class CannotCancelReport(DomainError):
    pass


class CannotHandOut(DomainError):
    pass


@transaction.atomic
def request_report(*, sample_id: uuid.UUID, by: User, at: datetime) -> Report:
    """Have the report of a sample made by a worker. While one is being made, asking again gives that one.

    Raises CannotMakeReport.
    """
    sample = DipSample.objects.locked().get(pk=sample_id)
    if sample.state not in REPORTABLE:
        raise CannotMakeReport("A report can be made once every incident of the sample has been reviewed.")
    if not can_make_report(by, sample):
        raise CannotMakeReport("Only who runs dip samples of this force may have a report made.")
    return sample.reports.being_made().first() or _request(sample, by=by, at=at)


@transaction.atomic
def request_round_report(*, round_id: uuid.UUID, by: User, at: datetime) -> Report:
    """Have the report of a published round made by a worker. While one is being made, asking again gives that one.

    Raises CannotMakeReport.
    """
    round = GradingRound.objects.locked().get(pk=round_id)
    if round.state != RoundState.PUBLISHED:
        raise CannotMakeReport("A report can be made once the round is published.")
    if not can_make_round_report(by, round):
        raise CannotMakeReport("Only who runs the grading rounds of this force may have a report made.")
    return round.reports.being_made().first() or _request(round, by=by, at=at)


@transaction.atomic
def request_annual_report(*, year: int, by: User, at: datetime) -> Report:
    """Have the report of a calendar year of the person's force made by a worker. While one is being made, asking again gives that one.

    Raises CannotMakeReport.
    """
    # Rows that name the force may still be written meanwhile.
    agencies = Agency.objects.select_for_update(of=("self",), no_key=True)
    force = agencies.get(pk=by.agency_id) if by.agency_id else None
    if force is None or not can_make_annual_report(by, force.pk):
        raise CannotMakeReport("Only who runs dip samples of a police force may have its annual report made.")
    if year not in years_to_report(force, at=at):
        raise CannotMakeReport("An annual report is of a year that is over, from the first that has figures on.")
    of_year = Report.objects.of_year(year, force_id=force.pk)
    return of_year.being_made().first() or _request(ReportYear(force.pk, year), by=by, at=at)


def request_due_reports(*, at: datetime) -> list[Report]:
    """Have a report made of every published sample and round that has none since its publication; those asked for now.

    One that a schedule had made is told to the people of its list only, so it does not stand for this one.

    Two clocks may call this at the same time: a sample or round that another one holds is left to it, and the database takes
    one scheduled report of each only.
    """
    samples = DipSample.objects.published().order_by("reviewed_at", "pk")
    rounds = GradingRound.objects.published().order_by("published_at", "pk")
    waiting: list[tuple[QuerySet[Any], str]] = [(samples, "dip_sample"), (rounds, "round")]
    return [
        report
        for published, field in waiting
        for pk in list(_without_report(published, field).values_list("pk", flat=True))
        if (report := _request_if_due(published, field, pk, at=at)) is not None
    ]


@transaction.atomic
def cancel_report(*, report_id: uuid.UUID, by: User, at: datetime) -> Report:
    """Have a report not made after all: its worker stops at its next step and keeps no file. It may be asked for again.

    Raises CannotCancelReport, and jobs.CannotCancel when it was made in the meantime.
    """
    report = Report.objects.select_related("dip_sample", "round", "job").get(pk=report_id)
    if report.job.is_finished:
        raise CannotCancelReport("This report is not being made any more.")
    if not can_cancel_report(by, report):
        raise CannotCancelReport("Only who asked for a report, or who runs what it is of, cancels it.")
    # The job first, as whoever finishes it does: so neither waits for the other, and of the two only one comes through.
    report.job = cancel(job_id=report.job_id, at=at)
    report.cancelled_at, report.cancelled_by = at, by
    report.save(update_fields=["cancelled_at", "cancelled_by"])
    audit.record(
        verb=Verb.CHANGED,
        what="grading.report_cancelled",
        at=at,
        actor=by,
        subject=report,
        **_of(report.subject),
    )
    return report


def request_for_slot(slot: ReportSlot, *, at: datetime) -> Report | None:
    """Have the report of a schedule's slot made: of its year, or of the newest sample that its force has published; None without any.

    Call it in the transaction that writes the slot.
    """
    if slot.year is not None:
        return _request(ReportYear(slot.schedule.force_id, slot.year), by=None, at=at, slot=slot)
    sample = DipSample.objects.published().filter(force=slot.schedule.force_id).newest_first().first()
    return None if sample is None else _request(sample, by=None, at=at, slot=slot)


def hand_out(*, report_id: uuid.UUID, by: User, at: datetime, which: ReportFile = ReportFile.PDF) -> bytes:
    """A file of the report, as it was made, to who may read it: recorded as a download.

    Raises CannotHandOut, also when the file is not what was made.
    """
    report = Report.objects.made().visible_to(by).filter(pk=report_id).first()
    if report is None:
        raise CannotHandOut("Only who may read a report gets its files.")
    kept = report.kept(which)
    if not kept.file:
        raise CannotHandOut("This report was made before there were spreadsheets. Have it made again to get one.")
    try:
        with kept.file.open("rb") as file:
            content: bytes = file.read()
    except OSError as error:
        raise CannotHandOut("The file of this report is not in the file store. Tell the administrator.") from error
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        raise CannotHandOut("The file of this report is not the one that was made. Tell the administrator.")
    audit.record(
        verb=Verb.DOWNLOADED,
        what="grading.report_downloaded",
        at=at,
        actor=by,
        subject=report,
        file=which.value,
        sha256=kept.sha256,
    )
    return content


def remove_orphaned_files() -> int:
    """Remove files of the reports' folder that no report names, save those of reports that are being made; return how many.

    A worker that is killed after writing a file leaves it; usually the next attempt removes it, this does the rest.
    """
    if not default_storage.exists(FOLDER):
        return 0
    removed = 0
    for name in default_storage.listdir(FOLDER)[0]:
        # Asked one by one, after the folders were listed: a report that is asked for meanwhile has no folder yet.
        report = Report.objects.select_related("job").filter(pk=name).first() if _is_uuid(name) else None
        if report is None or report.is_made or report.job.is_finished:
            removed += remove_other_files(name, keep=report.file_names if report else set())
    return removed


@transaction.atomic
def _request_if_due(published: "QuerySet[Any]", field: str, pk: uuid.UUID, *, at: datetime) -> Report | None:
    # The lock keeps the other clock out; what it has just asked for shows once the lock is ours.
    of = published.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if of is None or not _without_report(published, field).filter(pk=pk).exists():
        return None
    return _request(of, by=None, at=at)


def _without_report(published: "QuerySet[Any]", field: str) -> "QuerySet[Any]":
    """Those that no report names in this field, but what a schedule had made."""
    reports = Report.objects.filter(**{field: OuterRef("pk")}, slot=None)
    return published.filter(
        ~Exists(reports.since_publication().not_failed()), ~Exists(reports.filter(is_scheduled=True))
    )


def _request(
    of: DipSample | GradingRound | ReportYear, *, by: User | None, at: datetime, slot: ReportSlot | None = None
) -> Report:
    report_id = uuid.uuid4()
    job = enqueue(make_report, at=at, by=by, report_id=report_id)
    report = Report.objects.create(
        pk=report_id,
        **_named(of),
        job=job,
        requested_by=by,
        requested_at=at,
        is_scheduled=by is None,
        slot=slot,
    )
    audit.record(
        verb=Verb.CHANGED,
        what="grading.report_requested",
        at=at,
        actor=by,
        subject=report,
        **_of(of),
        is_scheduled=by is None,
        schedule=str(slot.schedule_id) if slot else "",
    )
    return report


def _named(of: DipSample | GradingRound | ReportYear) -> dict[str, Any]:
    """What a report is of, as its row has it."""
    if isinstance(of, ReportYear):
        return {"kind": ReportKind.ANNUAL, "force_id": of.force_id, "year": of.year}
    if isinstance(of, GradingRound):
        return {"kind": ReportKind.ROUND, "round": of}
    return {"kind": ReportKind.DIP_SAMPLE, "dip_sample": of}


def _of(of: DipSample | GradingRound | ReportYear) -> dict[str, Any]:
    """What a report is of, as the access log has it."""
    if isinstance(of, ReportYear):
        return {"year": of.year}
    return {"round" if isinstance(of, GradingRound) else "sample": str(of.pk)}


def _is_uuid(name: str) -> bool:
    try:
        uuid.UUID(name)
    except ValueError:
        return False
    return True
