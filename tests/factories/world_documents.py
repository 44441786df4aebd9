"""The papers of the world: a document with a file, letters that came, letters that were written."""

from __future__ import annotations

from assistedaccess.applications.files import clean_file
from assistedaccess.documents import service, service_letters
from assistedaccess.documents.service import SentFile

from . import casework, documents, files
from .world import Side, soon


def add(side: Side) -> None:
    """On the person's yes of today, and on the delegation that lets letters come here."""
    helper = side.actors["helper"]
    case = casework.get_case(helper, side.ids["case"])
    made = clean_file(files.picture())
    brought = documents.keep(
        helper,
        case,
        title=side.secret("Papertitle"),
        text="120 pounds a week",
        valid_until=soon(20),
        file=SentFile("scan.jpg", str(made.kind), made.content, "not_checked"),
    )
    side.values["documents.open_file:document_id"] = str(brought)
    came = documents.receive(
        helper, case, title=side.secret("Wrote"), text=side.secret("Says"), answer_by=soon(9)
    )
    side.values["document_id"] = str(came)
    read = documents.receive(helper, case, title=side.secret("Heardfrom"), text="Please answer.")
    service.note_read(actor=helper, document_id=read, version=1, how="aloud")
    side.values["documents.note_answered:document_id"] = str(read)
    done = documents.receive(helper, case, title=side.secret("Donefrom"), text="For your files.")
    service.note_read(actor=helper, document_id=done, version=1, how="telephone")
    service.note_answered(actor=helper, document_id=done, version=2, answer="not_needed")
    side.values["documents.file_letter:document_id"] = str(done)
    written = documents.write(
        helper, case, recipient=side.secret("Recipient"), why=side.secret("Lettersays")
    )
    side.values["letters"] = written.reference
    checked = documents.write(helper, case)
    service_letters.check_letter(actor=helper, reference=checked.reference, version=1, how="aloud")
    side.values["documents.send_letter:reference"] = checked.reference
