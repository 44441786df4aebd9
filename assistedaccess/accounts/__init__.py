"""Humans, their accounts, sign-in with a second factor, and sessions on the server."""
