"""What the vocabularies themselves must obey."""

from __future__ import annotations

from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from schemas.vocabulary import terms

__all__ = ["Classes", "Definitions", "Instruments", "Populations", "Terms", "Treatments"]

TERM = r"^[a-z0-9][a-z0-9.+-]*$"


def _key() -> Any:
    return pa.Field(unique=True, str_matches=TERM)


class _Vocabulary(pa.DataFrameModel):
    class Config:
        strict = True
        ordered = True


class Terms(_Vocabulary):
    """A plain list of words."""

    term: str = pa.Field(unique=True)
    label: str
    description: str
    source: str


class Classes(_Vocabulary):
    """Names for groups, such as ``ssri``."""

    class_id: str = _key()
    label: str
    description: str
    source: str


class Instruments(_Vocabulary):
    """A rating scale with its version. Where authorities differ on the range, the wider one, and both are cited.

    ``percent_reduction`` says whether a percentage of the baseline score means anything: only on a scale whose minimum is 0.
    """

    instrument_id: str = _key()
    label: str
    items: pl.Int64 = pa.Field(nullable=True, ge=1)
    minimum: pl.Float64 = pa.Field(nullable=True)
    maximum: pl.Float64 = pa.Field(nullable=True)
    whole_numbers: bool = pa.Field(nullable=True)
    direction: str = pa.Field(isin=["higher-is-worse", "higher-is-better", "unstated"])
    rater: str = pa.Field(isin=["clinician", "self", "unstated"])
    percent_reduction: bool = pa.Field(nullable=True)
    description: str
    source: str

    @pa.dataframe_check(name="minimum-below-maximum")
    def _range(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("minimum") < pl.col("maximum"))

    @pa.dataframe_check(name="percentages-need-a-zero-minimum")
    def _percentages(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(~(pl.col("percent_reduction") & (pl.col("minimum") != 0)))


class Definitions(_Vocabulary):
    """What a participant has to meet to be counted.

    A score rule is ``comparator`` and ``threshold`` on ``instrument_id``; a reduction rule is ``percent_comparator`` and
    ``percent_reduction`` of the baseline; ``combine`` says how the two go together. ``ascertainment`` is ``point`` (at the
    visit), ``any-visit`` (at some visit up to it) or ``sustained`` (over ``visits`` visits or ``days`` days).
    """

    definition_id: str = _key()
    label: str
    outcome: str = pa.Field(isin=list(terms("outcome_words")))
    instrument_id: str = pa.Field(isin=list(terms("instruments")))
    comparator: str = pa.Field(nullable=True, isin=["<=", "<", "=", ">=", ">"])
    threshold: pl.Float64 = pa.Field(nullable=True)
    percent_comparator: str = pa.Field(nullable=True, isin=[">=", ">"])
    percent_reduction: pl.Float64 = pa.Field(nullable=True, gt=0, le=100)
    combine: str = pa.Field(nullable=True, isin=["and", "or"])
    ascertainment: str = pa.Field(isin=["point", "any-visit", "sustained", "unstated"])
    visits: pl.Int64 = pa.Field(nullable=True, ge=2)
    days: pl.Float64 = pa.Field(nullable=True, gt=0)
    comparability_class: str = pa.Field(isin=list(terms("comparability_classes")))
    description: str
    source: str

    @pa.dataframe_check(name="comparator-and-threshold-go-together")
    def _score_rule(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("comparator").is_null() == pl.col("threshold").is_null())

    @pa.dataframe_check(name="percent-comparator-and-reduction-go-together")
    def _reduction_rule(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("percent_comparator").is_null() == pl.col("percent_reduction").is_null())

    @pa.dataframe_check(name="combine-says-how-two-rules-go-together")
    def _combine(cls, data: PolarsData) -> pl.LazyFrame:
        both = pl.col("threshold").is_not_null() & pl.col("percent_reduction").is_not_null()
        return data.lazyframe.select(both == pl.col("combine").is_not_null())

    @pa.dataframe_check(name="a-response-is-a-reduction-of-at-least-half")
    def _response(cls, data: PolarsData) -> pl.LazyFrame:
        response = (pl.col("outcome") == "response") & pl.col("percent_reduction").is_not_null()
        return data.lazyframe.select(~response | (pl.col("percent_reduction") == 50))


class Populations(_Vocabulary):
    """A label for whom a trial let in, with what the label requires. A child requires what its parents require.

    ``failure_improvement_below`` is the improvement in percent below which a treatment counts as failed; empty leaves it to the clinician.
    ``failure_prospective`` says whether one failure was observed by the trial itself.
    """

    population_id: str = _key()
    parent_id: str = pa.Field(nullable=True, isin=list(terms("populations")))
    label: str
    prior_failures_min: pl.Int64 = pa.Field(nullable=True, ge=0)
    prior_failures_window: str = pa.Field(nullable=True, isin=list(terms("failure_windows")))
    prior_failures_max: pl.Int64 = pa.Field(nullable=True, ge=0)
    failure_improvement_below: pl.Float64 = pa.Field(nullable=True, gt=0, le=100)
    failure_prospective: bool = pa.Field(nullable=True)
    psychotic_allowed: bool = pa.Field(nullable=True)
    bipolar_allowed: bool = pa.Field(nullable=True)
    age_min: pl.Int64 = pa.Field(nullable=True, ge=0)
    age_max: pl.Int64 = pa.Field(nullable=True, ge=0)
    description: str
    source: str


class Treatments(_Vocabulary):
    """What was given, the class it belongs to, and the routes it has, parted by semicolons; empty means any."""

    treatment_id: str = _key()
    label: str
    class_id: str = pa.Field(isin=list(terms("treatment_classes")))
    routes: str = pa.Field(nullable=True)
    description: str
    source: str
