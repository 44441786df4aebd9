"""A finding as a bundle for a court or the police: what was found, the evidence, its proofs, the
verifier, and who has handled it. Nobody has to take our word for any of it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.accounts.models import Account
from assistedaccess.audit.checkpoints import Checkpoint, find_checkpoint
from assistedaccess.audit.keys import write_keys
from assistedaccess.audit.models import AuditDetail, AuditEvent
from assistedaccess.audit.models_tree import AuditLeaf
from assistedaccess.audit.proofs import Proof, read_tiles, tiles_on_path
from assistedaccess.audit.tree import leaf_hash, prove_inclusion
from assistedaccess.audit.verify import open_detail
from assistedaccess.kernel import encryption
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.places import find_place

from . import words
from .queries_findings import EntryView, FindingView
from .rules import cover_details, csv_line, split_changes

MOST_CUSTODY = 10_000

READ_ME = """\
{title}

This folder shows what an auditor found in the journal of Assisted Access, a program by which
trusted helpers act for people who cannot use online services. All that is done or looked at there
is an entry of the journal. Read finding.txt first; it needs no program. The other files are for
whoever does not want to take our word: they prove that the entries which finding.txt calls evidence
stand in the journal as they were written, and that nobody has changed them since. They do not prove
why somebody acted, nor what was never written down. All times are UTC.

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
    evidence = _load_evidence([each.event_id for each in pinned if each.event_id is not None])
    checkpoint = find_checkpoint()
    files: dict[str, bytes] = {
        "README.txt": READ_ME.format(title=_("Finding %(ref)s", ref=view.reference)).encode(),
        "finding.txt": _write_finding(view, evidence, made_at).encode(),
        "evidence.jsonl": b"".join(
            evidence[each.event_id].body + b"\n" for each in pinned if each.event_id
        ),
        "custody.csv": _write_custody(view.id).encode(),
        **{name: text.encode() for name, text in write_keys().items()},
        "verify_journal.py": find_place("verify_journal.py").read_bytes(),
    }
    if checkpoint is not None:
        files["checkpoint"] = checkpoint.note.encode()
        for number, proof in _prove(pinned, evidence, checkpoint):
            files[f"proofs/{number}.proof"] = proof.encode()
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    files["sha256sums.txt"] = sums.encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in sorted(files):
            bundle.writestr(zipfile.ZipInfo(name, made_at.timetuple()[:6]), files[name])
    return packed.getvalue()


@dataclass(frozen=True)
class _Evidence:
    """The exact bytes of an event, where it stands in the tree, and its details in words."""

    body: bytes
    leaf_index: int | None
    details: list[str]


def _load_evidence(event_ids: Collection[UUID]) -> dict[UUID, _Evidence]:
    """Two statements, however many there are. Of an event that is gone there are no bytes."""
    rows = (
        get_session()
        .execute(
            select(AuditEvent.id, AuditEvent.body, AuditLeaf.leaf_index, AuditDetail)
            .outerjoin(AuditLeaf, AuditLeaf.event_id == AuditEvent.id)
            .outerjoin(AuditDetail, AuditDetail.event_id == AuditEvent.id)
            .where(AuditEvent.id.in_(event_ids))
        )
        .all()
    )
    encryption.load_keys([row.AuditDetail.sealed_for for row in rows if row.AuditDetail])
    gone = dict.fromkeys(event_ids, _Evidence(b"", None, []))
    return gone | {
        row.id: _Evidence(
            row.body, row.leaf_index, _say_details(row.AuditDetail) if row.AuditDetail else []
        )
        for row in rows
    }


def _say_details(detail: AuditDetail) -> list[str]:
    opened = open_detail(detail)
    if opened is None:
        return [_("The details were erased. The event itself still holds.")]
    told = json.loads(opened[1])
    lines = [
        f"{words.spaced(name).capitalize()}: {words.say_detail(name, value)}"
        for name, value in cover_details(told).items()
    ]
    for name, before, after in split_changes(told):
        lines.append(f"{words.spaced(name).capitalize()}: {before or '–'} → {after or '–'}")
    return lines


def _prove(
    pinned: list[EntryView], evidence: Mapping[UUID, _Evidence], checkpoint: Checkpoint
) -> list[tuple[int, str]]:
    """The proof of each piece that is sealed, by its line in evidence.jsonl, from 1."""
    sealed = {
        key: each.leaf_index
        for key, each in evidence.items()
        if each.leaf_index is not None and each.leaf_index < checkpoint.size
    }
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
            extra = leaf_hash(evidence[entry.event_id].body)
            proofs.append((number, str(Proof(index, path, checkpoint.note, extra))))
    return proofs


def _write_finding(view: FindingView, evidence: Mapping[UUID, _Evidence], made_at: datetime) -> str:
    lines = [
        _("Finding %(ref)s", ref=view.reference),
        view.title,
        _("About: %(name)s", name=view.organisation_name),
        _("By the auditors of: %(name)s", name=view.office_name),
        *([_("Came from the message: %(ref)s", ref=view.tip_reference)] * bool(view.tip_reference)),
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
                f"{entry.event.person_reference or '–'}"
            )
            lines += [str(said) for said in words.say_why(entry.event)]
        if entry.event_id is not None:
            lines += evidence[entry.event_id].details
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
        # Keys of one millisecond are in no order; what one command wrote stands in its lane.
        .order_by(AuditEvent.occurred_at, AuditEvent.lane_seq)
        .limit(MOST_CUSTODY)
    )
    head = csv_line(["time (UTC)", "what", "of what kind", "who", "role", "event"])
    return head + "".join(
        csv_line(
            [
                row.occurred_at.isoformat(),
                words.say_action(row.action),
                row.reason_code and words.say_reason(row.reason_code),
                row.name,
                row.role,
                row.id,
            ]
        )
        for row in rows
    )
