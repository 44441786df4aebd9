"""The report to funders, as page with pictures and as CSV."""

from __future__ import annotations

import csv
import io

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel import clock, drawing
from assistedaccess.kernel.downloads import attach
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.organisations.queries import get_own_organisation

from . import service_report, words_report
from .forms_report import HourlyCostForm
from .queries_report import Report
from .rules_report import By, list_quarters
from .views import bp

LEFT_OUT = "[c]"
"""How a number that is left out stands in a file (Government Analysis Function: confidential)."""


@bp.get("/report")
@requires(Permission.REPORT_VIEW)
def view_report() -> ResponseReturnValue:
    """The report of one quarter that is over; without a choice, of the last one."""
    quarters = list_quarters(clock.today())
    if "quarter" not in request.args:
        return redirect(url_for(".view_report", quarter=str(quarters[0]), by=str(By.MONTH)), 303)
    return render_template(
        "desk/view_report.html",
        report=_read(as_file=False),
        quarters=quarters,
        words=words_report,
        drawing=drawing,
    )


@bp.get("/report/file")
@requires(Permission.REPORT_VIEW)
def download_report() -> Response:
    """The same numbers as CSV, one cell a line."""
    report = _read(as_file=True)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["table", "group", "category", "value"])
    for line in list_lines(report):
        writer.writerow([_plain(each) for each in line])
    name = f"assisted-access-report-{report.quarter}-{report.by}.csv"
    return attach(out.getvalue().encode("utf-8-sig"), "text/csv", name)


@bp.route("/report/hourly-cost", methods=["GET", "POST"])
@requires(Permission.REPORT_VIEW)
def set_hourly_cost() -> ResponseReturnValue:
    """What an hour of help costs the organisation."""
    form = HourlyCostForm(hourly_cost=get_own_organisation(get_actor()).hourly_cost_pence)
    if form.validate_on_submit():
        try:
            service_report.set_hourly_cost(actor=get_actor(), pence=form.hourly_cost.data)
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("It is saved."), "success")
            return redirect(url_for(".view_report"), 303)
    return render_template("desk/set_hourly_cost.html", form=form), form.status


def _read(*, as_file: bool) -> Report:
    try:
        return service_report.view_report(
            actor=get_actor(),
            quarter=request.args.get("quarter", ""),
            by=request.args.get("by", ""),
            as_file=as_file,
        )
    except InvalidInput:
        raise NotFound from None


def list_lines(report: Report) -> list[tuple[object, ...]]:
    """Every cell of the report as the file has it: pounds in pounds, [c] for what is left out."""
    lines: list[tuple[object, ...]] = []

    def add(table: str, group: object, category: object, cell: int | None, is_money: bool) -> None:
        value: object = LEFT_OUT if cell is None else f"{cell / 100:.2f}" if is_money else cell
        lines.append((table, group, category, value))

    for table in report.tables:
        names = [words_report.name_category(table.key, each) for each in table.categories]
        for number, group in enumerate(table.groups):
            label = words_report.name_group(report.labels[group])
            for name, cell in zip(names, table.rows[number], strict=True):
                add(table.key, label, name, cell, table.is_money)
            if table.row_totals:
                add(table.key, label, "total", table.row_totals[number], table.is_money)
        for name, cell in zip(names, table.totals, strict=True):
            add(table.key, "total", name, cell, table.is_money)
        if table.row_totals:
            add(table.key, "total", "total", table.total, table.is_money)
    if report.hourly_cost_pence is not None:
        add("cost", "total", "cost", report.cost_pence, is_money=True)
    return lines


def _plain(value: object) -> object:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else value
