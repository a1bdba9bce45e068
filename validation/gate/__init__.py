"""The third gate: does it belong? Great Expectations over the whole registry, its verdict in our own report.

A rule of the family REG is an expectation over a named relation of the built database (:mod:`validation.gate.relations`). ``hold``
(:mod:`validation.gate.holding`) holds them all; :mod:`validation.gate.site` writes the report as a page. The library is imported by
:mod:`validation.expectations` and nowhere else, when the first expectation is made and not before.
"""
