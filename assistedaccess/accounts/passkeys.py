"""What a passkey or hardware key is asked, and what its answer says.

Nothing here changes anything but the challenge. A challenge stands in the row of the sign-in that
asked, so it is of no use to any other, and is taken out of it by the first answer, right or wrong.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, delete, select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session

from .models import Account, Passkey, SignIn
from .queries import unseal_email
from .rules_passkeys import (
    CHALLENGE_BYTES,
    CHALLENGE_LIMIT,
    LONGEST_ANSWER,
    RelyingParty,
    is_answerable,
)

SITE_NAME = "Assisted Access"
ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
_MILLISECONDS = int(CHALLENGE_LIMIT.total_seconds() * 1000)


@dataclass(frozen=True)
class NewKey:
    """A key that was just made for this site."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class KeyAnswer:
    """What a right answer says: the key's count, and whether it made sure who holds it."""

    sign_count: int
    is_verified: bool


# -- asking


def set_challenge(row: SignIn) -> bytes:
    """A new challenge for a locked sign-in; one that was open is void."""
    row.challenge = secrets.token_bytes(CHALLENGE_BYTES)
    row.challenged_at = clock.now()
    return row.challenge


def take_challenge(row: SignIn) -> bytes | None:
    """The challenge that a locked sign-in may still answer, taken out of it; None without one."""
    found = row.challenge if is_answerable(row.challenged_at, clock.now()) else None
    row.challenge = row.challenged_at = None
    return found


def write_request(
    site: RelyingParty, challenge: bytes, ids: Sequence[bytes], *, is_verifying: bool
) -> str:
    """What the browser passes on to one of these keys, as JSON.

    ``is_verifying``: the key must make sure who holds it, by PIN or finger. After a password it
    need not: then a touch will do.
    """
    wanted = (
        UserVerificationRequirement.REQUIRED
        if is_verifying
        else UserVerificationRequirement.DISCOURAGED
    )
    return options_to_json(
        generate_authentication_options(
            rp_id=site.id,
            challenge=challenge,
            timeout=_MILLISECONDS,
            allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in ids],
            user_verification=wanted,
        )
    )


def write_creation(
    site: RelyingParty, challenge: bytes, account: Account, ids: Sequence[bytes]
) -> str:
    """What the browser passes on to make a key, as JSON; never one of those that there are.

    No word of the key's maker is asked for: which keys somebody owns is nobody's business here.
    """
    return options_to_json(
        generate_registration_options(
            rp_id=site.id,
            rp_name=SITE_NAME,
            user_id=account.id.bytes,
            user_name=unseal_email(account.id, account.email),
            user_display_name=account.name,
            challenge=challenge,
            timeout=_MILLISECONDS,
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in ids],
            supported_pub_key_algs=ALGORITHMS,
        )
    )


# -- reading the answer. The library takes apart bytes that anybody may send and lets through
# whatever its parts raise; whatever that is, the answer is no.


def read_creation(answer: str, challenge: bytes, site: RelyingParty) -> NewKey | None:
    """The key that was made, or None where anything about the answer is wrong."""
    if len(answer) > LONGEST_ANSWER:
        return None
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            supported_pub_key_algs=ALGORITHMS,
        )
    except Exception:
        return None
    return NewKey(made.credential_id, made.credential_public_key, made.sign_count)


def read_credential_id(answer: str) -> bytes | None:
    """Which key an answer says it is from."""
    if len(answer) > LONGEST_ANSWER:
        return None
    try:
        return parse_authentication_credential_json(answer).raw_id
    except Exception:
        return None


def read_answer(
    answer: str, challenge: bytes, site: RelyingParty, public_key: bytes
) -> KeyAnswer | None:
    """What a key says to the challenge, or None where anything about the answer is wrong.

    The count is not judged here: the library would do it before it looks at the signature, and
    anybody could then raise the alarm.
    """
    try:
        shown = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
        )
    except Exception:
        return None
    return KeyAnswer(shown.new_sign_count, shown.user_verified)


# -- the keys of an account


def list_passkeys(
    account_id: UUID,
) -> Sequence[Row[UUID, str, datetime, datetime | None, datetime | None]]:
    """The account's keys: id, name, created_at, last_used_at, doubted_at; the oldest first."""
    return (
        get_session()
        .execute(
            select(
                Passkey.id,
                Passkey.name,
                Passkey.created_at,
                Passkey.last_used_at,
                Passkey.doubted_at,
            )
            .where(Passkey.account_id == account_id)
            .order_by(Passkey.id)
        )
        .all()
    )


def list_credential_ids(account_id: UUID, *, working: bool = True) -> list[bytes]:
    """The ids by which browsers know the account's keys; ``working``: only those accepted."""
    query = select(Passkey.credential_id).where(Passkey.account_id == account_id)
    if working:
        query = query.where(Passkey.doubted_at.is_(None))
    return list(get_session().scalars(query.order_by(Passkey.id)))


def remove_all(account_id: UUID) -> list[UUID]:
    """Delete an account's keys; returns which."""
    session = get_session()
    ids = list(session.scalars(select(Passkey.id).where(Passkey.account_id == account_id)))
    if ids:
        session.execute(delete(Passkey).where(Passkey.id.in_(ids)))
    return ids
