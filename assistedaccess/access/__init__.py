"""Who may do what kind of thing: permissions, the policy, and the guard of every URL."""

from .guards import get_actor, public, requires, set_actor, signed_in
from .permissions import Permission, Role
from .policy import PermissionMissing, is_allowed, require

__all__ = [
    "Permission",
    "PermissionMissing",
    "Role",
    "get_actor",
    "is_allowed",
    "public",
    "require",
    "requires",
    "set_actor",
    "signed_in",
]
