"""Rehearsals: scenarios in YAML, played against the whole application on a set clock.

``language`` knows what may be written and reads it; ``kinds`` are the kinds of its values;
``world`` sets the stage; ``acts_*`` are what can be done, each by the command that its page calls;
``expectations`` look at what came of it; ``play`` goes through a file; ``reference`` writes
docs/rehearsals.md and the JSON Schema beside it from the very same register.
"""
