"""Files of a form's page: taken with the page or before it, and handed out to be kept elsewhere."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.downloads import attach
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.services.definition import Page

from . import files, files_rules, scanning, service_evidence
from .evidence import files_of, list_file_questions
from .files_rules import BadFile, Fault
from .queries_drafts import Draft, load_draft
from .views import bp

LARGEST_REQUEST = files_rules.LARGEST + 1_000_000
"""One file and the rest of its page."""
FAULTS = {
    Fault.EMPTY: _l("The selected file is empty"),
    Fault.TOO_LARGE: _l("The selected file must be smaller than 20 MB"),
    Fault.WRONG_TYPE: _l("The selected file must be a JPEG, PNG, HEIC, PDF or DOCX"),
    Fault.BROKEN: _l("The selected file is damaged. Take the picture or save the file again"),
    Fault.BOMB: _l("The selected file is too large when it is opened"),
    Fault.LOCKED: _l("The selected file is protected with a password. Save it without one"),
    Fault.ACTIVE: _l(
        "The selected file holds something that runs or reaches elsewhere. Print it to a new PDF, "
        "or take a picture of it"
    ),
    Fault.VIRUS: _l("The selected file contains a virus"),
}
SCANS = {
    scanning.Scan.CLEAN: _l("Checked for viruses"),
    scanning.Scan.NOT_CHECKED: _l("Not checked for viruses"),
}


def take_file(draft: Draft, question: str, sent: FileStorage) -> UUID:
    """Clean, scan and store one file that was sent. Raises BadFile, and what the command raises.

    Everything slow is done before the transaction begins.
    """
    content = sent.stream.read(files_rules.LARGEST + 1)
    made = files.clean_file(content)
    scan = scanning.scan_file(made.content, current_app.config["SETTINGS"].clamd)
    return service_evidence.add_evidence(
        actor=get_actor(),
        application_id=draft.id,
        question=question,
        name=sent.filename or "",
        kind=str(made.kind),
        content=made.content,
        scan=str(scan),
    )


def take_files(draft: Draft, page: Page, posted: dict[str, list[str]]) -> dict[str, str]:
    """Take the files that came with a page; their ids join ``posted``.

    Returns what is wrong with a file, by the control that it came in. Where nothing may be added
    any more, saving the page says so, and keeps what was typed.
    """
    bad: dict[str, str] = {}
    for question in files_of(page):
        for sent in request.files.getlist(question.control):
            if not sent.filename:
                continue
            try:
                made = take_file(draft, question.key, sent)
            except BadFile as error:
                bad[question.control] = str(FAULTS[error.fault])
            except InvalidInput as error:
                bad[question.control] = error.words
            except Refused:
                return bad
            else:
                ids = posted.setdefault(question.control, [])
                if str(made) not in ids:
                    ids.append(str(made))
    return bad


def name_files(draft: Draft) -> dict[str, tuple[str, str]]:
    """Name and note of each file, by its id."""
    return {i: (file.name, str(SCANS[file.scan])) for i, file in draft.evidence.items()}


@bp.post("/applications/<reference>/evidence")
@requires(Permission.APPLICATION_FILL_IN)
def add_evidence(reference: str) -> ResponseReturnValue:
    """Take one file on its own, with a script's progress bar: JSON, for the page that sent it."""
    draft = load_draft(get_actor(), reference)
    question = request.form.get("question", "")
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return jsonify(error=_("Select a file")), 400
    if question not in list_file_questions(draft.definition):
        raise NotFound
    try:
        made = take_file(draft, question, sent)
    except BadFile as error:
        return jsonify(error=str(FAULTS[error.fault])), 422
    except InvalidInput as error:
        return jsonify(error=error.words), 422
    stored = load_draft(get_actor(), reference).evidence[str(made)]
    return jsonify(id=str(made), name=stored.name, scan=str(SCANS[stored.scan]))


add_evidence.max_content_length = LARGEST_REQUEST  # type: ignore[attr-defined]


@bp.get("/applications/<reference>/evidence/<uuid:evidence_id>")
@requires(Permission.APPLICATION_VIEW)
def open_evidence(reference: str, evidence_id: UUID) -> ResponseReturnValue:
    """A file, to be saved: never shown by the browser as a page of ours."""
    found = service_evidence.open_evidence(
        actor=get_actor(), reference=reference, evidence_id=evidence_id
    )
    return attach(found.content, found.kind, found.name)
