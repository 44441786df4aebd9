"""Money is whole pence; here it is spelled as people read it."""

from __future__ import annotations


def spell_money(pence: int, *, always_pence: bool = False) -> str:
    """An amount of nothing or more: ``£10``, ``£4.93``, ``£1,480``."""
    pounds, rest = divmod(pence, 100)
    return f"£{pounds:,}.{rest:02}" if rest or always_pence else f"£{pounds:,}"
