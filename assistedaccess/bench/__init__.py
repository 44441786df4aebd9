"""Measuring: a scratch installation of a known size, its main pages, and a bare page beside them.

``assistedaccess bench`` fills a database that it makes and drops itself, serves it as operators do,
and asks each main page in turn with a bare page of the same size, so that what it prints are ratios
of one run on one machine. docs/performance.md says what is aimed at and what was measured.
"""
