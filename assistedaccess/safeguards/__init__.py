"""Safeguards: controls at the act, and what is looked for after it."""
