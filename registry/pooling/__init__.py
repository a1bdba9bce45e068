"""Measures and estimators: what is pooled of the rows of a stratum, and what of it is stored."""
