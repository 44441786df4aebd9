"""A synthetic town's year, to measure controls by: written from the scenarios and public figures.

Nobody in it is real, and nothing in it is a rate of the real world (docs/measure.md). It knows the
record types of the world (``safeguards.facts_world``) and none of the rules or signals that are
measured by it; a test keeps it so.
"""
