"""Whoever a rehearsal names in a yes, and who has an account, answers in their own sign-in."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from assistedaccess.consent.models import Consent
from assistedaccess.consent.models_evidence import ConsentWord
from assistedaccess.consent.rules_words import Answer
from assistedaccess.consent.service_words import answer_word
from assistedaccess.kernel.transactions import reading

from .stage import Stage

LATER = "later"
ANSWERS = (*(str(answer) for answer in Answer), LATER)
"""What ``own_word`` of the evidence may be; yes where a rehearsal does not say."""


def answer_asked(stage: Stage, consent_id: UUID, answer: str) -> bool:
    """Let each of them answer, if the yes is there; whether anybody did."""
    with reading() as session:
        asked = session.execute(
            select(ConsentWord.id, ConsentWord.account_id)
            .join(Consent, Consent.id == ConsentWord.request_id)
            .where(Consent.id == consent_id, ConsentWord.answer.is_(None))
        ).all()
    names = {account.account_id: name for name, account in stage.accounts.items()}
    if answer == LATER:
        return False
    for row in asked:
        answer_word(actor=stage.actor(names[row.account_id]), word_id=row.id, answer=answer)
    return bool(asked)
