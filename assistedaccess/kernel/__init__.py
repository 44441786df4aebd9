"""What every feature stands on, and which knows none of them.

Transactions, clock, ids, errors, encryption, and the ports through which a lower package is
answered by a higher one: events, controls and commands.
"""
