"""A finding as a bundle for a court or the police: what was found, the evidence, its proofs, the
verifier, and who has handled it. Nobody has to take our word for any of it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.accounts.models import Account
from assistedaccess.audit.checkpoints import Checkpoint, find_checkpoint, list_leaves
from assistedaccess.audit.keys import write_keys
from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.proofs import Proof, read_tiles, tiles_on_path
from assistedaccess.audit.tree import leaf_hash, prove_inclusion
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.places import find_place

from . import words
from .queries_findings import EntryView, FindingView
from .rules import csv_line

MOST_CUSTODY = 10_000

READ_ME = """\
{title}

finding.txt      what was found, asked, answered and concluded, in its order
evidence.jsonl   the exact bytes of each event that is evidence, one a line, as they were signed
proofs/N.proof   that line N of evidence.jsonl is in the journal (C2SP tlog-proof)
checkpoint       the signed statement of the journal's size and root that the proofs lead to
key.pub          the journal's verifier key, as this installation gives it. Compare it with what
                 you hold from elsewhere: an auditor's copy, a receipt, a published one.
keys.jsonl       every key that it ever had, each with the note by which the one before let it in:
                 so whoever holds an older one can tell that key.pub follows from it
custody.csv      who opened, changed, printed and bundled this finding, and when
verify_journal.py   checks a proof on your own machine: Python 3 and the package cryptography

To check line 1:

    python3 verify_journal.py --key key.pub --proof proofs/1.proof

It says the index and the hash of the event. The hash must be that of the line:

    python3 -c "import hashlib; print(hashlib.sha256(b'\\0' + open('evidence.jsonl', 'rb')
    .read().split(b'\\n')[0]).hexdigest())"

sha256sums.txt names every other file with its hash:

    sha256sum --check sha256sums.txt
"""


def make_bundle(view: FindingView, made_at: datetime) -> bytes:
    """The zip file; the same number of statements for any number of pieces of evidence."""
    pinned = [entry for entry in view.entries if entry.event_id is not None]
    bodies = _load_bodies(entry.event_id for entry in pinned if entry.event_id is not None)
    checkpoint = find_checkpoint()
    files: dict[str, bytes] = {
        "README.txt": READ_ME.format(title=_("Finding %(ref)s", ref=view.reference)).encode(),
        "finding.txt": _write_finding(view, made_at).encode(),
        "evidence.jsonl": b"".join(
            bodies.get(entry.event_id, b"") + b"\n" for entry in pinned if entry.event_id
        ),
        "custody.csv": _write_custody(view.id).encode(),
        **{name: text.encode() for name, text in write_keys().items()},
        "verify_journal.py": find_place("verify_journal.py").read_bytes(),
    }
    if checkpoint is not None:
        files["checkpoint"] = checkpoint.note.encode()
        for number, proof in _prove(pinned, bodies, checkpoint):
            files[f"proofs/{number}.proof"] = proof.encode()
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    files["sha256sums.txt"] = sums.encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in sorted(files):
            bundle.writestr(zipfile.ZipInfo(name, made_at.timetuple()[:6]), files[name])
    return packed.getvalue()


def _load_bodies(event_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    rows = get_session().execute(
        select(AuditEvent.id, AuditEvent.body).where(AuditEvent.id.in_(list(event_ids)))
    )
    return {row.id: row.body for row in rows}


def _prove(
    pinned: list[EntryView], bodies: dict[UUID, bytes], checkpoint: Checkpoint
) -> list[tuple[int, str]]:
    """The proof of each piece that is sealed, by its line in evidence.jsonl, from 1."""
    leaves = list_leaves(bodies)
    sealed = {key: index for key, index in leaves.items() if index < checkpoint.size}
    wanted: set[tuple[int, int]] = set()
    for index in sealed.values():
        wanted |= tiles_on_path(index, checkpoint.size)
    if not wanted:
        return []
    reader = read_tiles(wanted)
    proofs = []
    for number, entry in enumerate(pinned, 1):
        if entry.event_id in sealed:
            index = sealed[entry.event_id]
            path = prove_inclusion(reader, index, checkpoint.size)
            extra = leaf_hash(bodies[entry.event_id])
            proofs.append((number, str(Proof(index, path, checkpoint.note, extra))))
    return proofs


def _write_finding(view: FindingView, made_at: datetime) -> str:
    lines = [
        _("Finding %(ref)s", ref=view.reference),
        view.title,
        _("About: %(name)s", name=view.organisation_name),
        _("By the auditors of: %(name)s", name=view.office_name),
        _("Bundled: %(at)s", at=made_at.isoformat()),
        "",
    ]
    number = 0
    for entry in view.entries:
        head = f"{entry.written_at.isoformat()}  {words.ENTRY_KINDS[entry.kind]}"
        if entry.referred_to:
            head += f": {words.REFERRED_TO[entry.referred_to]}"
        lines.append(f"{head}  ({entry.written_by or '–'})")
        if entry.event_id is not None:
            number += 1
            where = _("Line %(number)s of evidence.jsonl, event %(event)s")
            lines.append(where % {"number": number, "event": entry.event_id})
        if entry.event is not None:
            lines.append(
                f"{entry.event.occurred_at.isoformat()}  {words.say_action(entry.event.action)}, "
                f"{entry.event.account_name or '–'}, {entry.event.organisation_name or '–'}, "
                f"{entry.event.person_reference or '–'}, "
                + (words.say_reason(entry.event.reason_code) if entry.event.reason_code else "–")
            )
        lines += [entry.text or "", ""]
    return "\n".join(lines)


def _write_custody(finding_id: UUID) -> str:
    """Every event of the journal about this finding: that is its custody."""
    rows = get_session().execute(
        select(
            AuditEvent.occurred_at,
            AuditEvent.action,
            AuditEvent.reason_code,
            AuditEvent.role,
            AuditEvent.id,
            Account.name,
        )
        .outerjoin(Account, Account.id == AuditEvent.account_id)
        .where(AuditEvent.subject_id == finding_id)
        .order_by(AuditEvent.id)
        .limit(MOST_CUSTODY)
    )
    head = csv_line(["time (UTC)", "what", "of what kind", "who", "role", "event"])
    return head + "".join(
        csv_line(
            [
                row.occurred_at.isoformat(),
                words.say_action(row.action),
                row.reason_code,
                row.name,
                row.role,
                row.id,
            ]
        )
        for row in rows
    )
