"""Backup, restore and drill: what brings an installation back after its machine is lost.

A backup is one encrypted file (envelope, contents) of one moment of the database, on SQLite and
PostgreSQL alike, made while the installation is in use (taking). It comes back into an empty place
only, whole or not at all (restoring), and a drill tries that for real (drill).
"""
