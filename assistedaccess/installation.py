"""What an installation needs once, and what time asks of it again and again.

Run by ``assistedaccess migrate``, ``users add`` and ``expire``.
"""

from __future__ import annotations

from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.encryption import get_installation_key
from assistedaccess.services.service import publish_services

PURPOSES = ("fingerprint", "journal")


@command("installation.prepare_installation")
def prepare_installation(*, actor: Actor = SYSTEM) -> None:
    """Make the installation's keys, and publish the texts and forms that come with this version.

    Can be run again: what is there stays.
    """
    for purpose in PURPOSES:
        get_installation_key(purpose)
    publish_services(actor=actor)
    record(Action.INSTALLATION_PREPARED, actor=actor)
