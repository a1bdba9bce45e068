"""What the vocabularies themselves must obey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from schemas.outcome_words import COMPARED
from schemas.vocabulary import VOCABULARIES, terms

__all__ = [
    "Anchors",
    "ArmRoles",
    "ClaimAttributes",
    "Classes",
    "ComparabilityClasses",
    "Definitions",
    "EffectMeasures",
    "Instruments",
    "OutcomeWords",
    "PlainTerms",
    "Populations",
    "Synonyms",
    "Treatments",
    "Windows",
]

TERM = r"^[a-z0-9][a-z0-9.+-]*$"


def _key() -> Any:
    return pa.Field(unique=True, str_matches=TERM, description="The term.")


def _term(vocabulary: str, column: str, description: str, *, nullable: bool = False) -> Any:
    """A term of the vocabulary that the column refers to."""
    return pa.Field(nullable=nullable, isin=list(terms(VOCABULARIES[vocabulary].refers[column])), description=description)


class _Vocabulary(pa.DataFrameModel):
    class Config:
        strict = True
        ordered = True


class PlainTerms(_Vocabulary):
    """A plain list of words."""

    term: str = pa.Field(unique=True, description="The term.")
    label: str = pa.Field(description="The term in words.")
    description: str = pa.Field(description="What it means.")
    source: str = pa.Field(description="The source of the meaning.")


class OutcomeWords(_Vocabulary):
    """A word for an outcome, and what follows from it."""

    term: str = pa.Field(unique=True, description="The term.")
    label: str = pa.Field(description="The term in words.")
    compared: bool = pa.Field(
        description="Whether its rates are pooled and compared; it then has views and appears in `compare`."
    )
    more_is_worse: bool = pa.Field(description="Whether a higher rate is worse for patients.")
    description: str = pa.Field(description="What it means.")
    source: str = pa.Field(description="The source of the meaning.")


class ArmRoles(_Vocabulary):
    """What an arm is for in its trial."""

    term: str = pa.Field(unique=True, description="The term.")
    label: str = pa.Field(description="The term in words.")
    control: bool = pa.Field(
        nullable=True, description="Whether the arm is a comparator, whatever it contains; null where the role is not stated."
    )
    description: str = pa.Field(description="What it means.")
    source: str = pa.Field(description="Where the meaning was read.")


class Anchors(_Vocabulary):
    """What the days of a time point are counted from. Anchors of one ``counted_from`` lie so near to each other that they share windows."""

    term: str = pa.Field(unique=True, description="The term.")
    label: str = pa.Field(description="The term in words.")
    counted_from: str = pa.Field(
        isin=["start", "last-dose", "study-exit", "unstated"],
        description="The start of treatment, its end, or the end of the study.",
    )
    description: str = pa.Field(description="What it means.")
    source: str = pa.Field(description="Where the meaning was read.")


class Windows(_Vocabulary):
    """An interval of time in which visits are taken for one. Windows follow each other without a gap: every day after 0 lies in one."""

    term: str = _key()
    label: str = pa.Field(unique=True, description="The days that the window holds.")
    from_day: pl.Float64 = pa.Field(ge=0, description="The first day, which is in the window; of the first window, 0 is not.")
    before_day: pl.Float64 = pa.Field(nullable=True, description="The day before which the window ends; null where it doesn't.")
    nominal_day: pl.Float64 = pa.Field(description="Of several visits in the window the one nearest to this day is taken.")
    description: str = pa.Field(description="What it is for.")
    source: str = pa.Field(description="Where that was read.")

    @pa.dataframe_check(name="each-window-begins-where-the-one-before-ends")
    def _tiled(cls, data: PolarsData) -> pl.LazyFrame:
        before = pl.col("before_day").shift(1, fill_value=0.0)
        return data.lazyframe.select((pl.col("from_day") == before).fill_null(value=False))

    @pa.dataframe_check(name="the-last-window-has-no-end")
    def _endless(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("before_day").last().is_null() & (pl.col("before_day").null_count() == 1))

    @pa.dataframe_check(name="the-nominal-day-lies-in-the-window")
    def _nominal(cls, data: PolarsData) -> pl.LazyFrame:
        day = pl.col("nominal_day")
        return data.lazyframe.select((day >= pl.col("from_day")) & (day < pl.col("before_day").fill_null(float("inf"))))


class ClaimAttributes(_Vocabulary):
    """What may be claimed of a treatment; of a rate, the outcome."""

    term: str = pa.Field(unique=True, description="The term.")
    label: str = pa.Field(description="The term in words.")
    outcome: str = _term(
        "claim_attributes", "outcome", "The outcome whose rate is claimed; null where no rate is.", nullable=True
    )
    description: str = pa.Field(description="What it means.")
    source: str = pa.Field(description="The source of the meaning.")

    @pa.dataframe_check(name="every-outcome-that-is-compared-may-be-claimed")
    def _claimed(cls, data: PolarsData) -> pl.LazyFrame:
        outcome = pl.col("outcome")
        return data.lazyframe.select(outcome.filter(outcome.is_in(COMPARED)).n_unique() == len(COMPARED))


class EffectMeasures(_Vocabulary):
    """What compares two arms in an effect that a source prints."""

    term: str = pa.Field(unique=True, description="The term.")
    label: str = pa.Field(description="The measure in words.")
    ratio: bool = pa.Field(
        description="Whether it is a ratio: positive, with no effect at 1 and its standard error that of its logarithm."
    )
    of_means: bool = pa.Field(description="Whether it compares means on a scale, rather than counts of participants.")
    description: str = pa.Field(description="What it means.")
    source: str = pa.Field(description="Where the meaning was read.")


class Classes(_Vocabulary):
    """Names for groups of treatments, such as ``ssri``. Classes form a tree: an arm of one is an arm of the class above, too."""

    class_id: str = _key()
    label: str = pa.Field(description="The class in words.")
    broader: str = _term("treatment_classes", "broader", "The class above; null where there is none.", nullable=True)
    description: str = pa.Field(description="What belongs to it, and why.")
    source: str = pa.Field(description="Its source.")

    @pa.dataframe_check(name="no-class-is-above-itself")
    def _tree(cls, data: PolarsData) -> pl.LazyFrame:
        return _out_of_rings(data)


class ComparabilityClasses(_Vocabulary):
    """Definitions whose rates may be pooled. Classes form a tree: what two of them have in common is the first class above both."""

    class_id: str = _key()
    label: str = pa.Field(description="The class in words.")
    broader: str = _term("comparability_classes", "broader", "The class above; null where there is none.", nullable=True)
    description: str = pa.Field(description="What belongs to it, and why.")
    source: str = pa.Field(description="Where that was read.")

    @pa.dataframe_check(name="no-class-is-above-itself")
    def _tree(cls, data: PolarsData) -> pl.LazyFrame:
        return _out_of_rings(data)


def _out_of_rings(data: PolarsData) -> pl.LazyFrame:
    """Of each class whether it isn't above itself."""
    frame = data.lazyframe.collect()
    above = dict(zip(frame["class_id"], frame["broader"], strict=True))
    return pl.LazyFrame({"kept": [not _in_a_ring(name, above) for name in frame["class_id"]]})


def _in_a_ring(name: str, above: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    at: str | None = name
    while at is not None and at not in seen:
        seen.add(at)
        at = above.get(at)
    return at is not None


class Instruments(_Vocabulary):
    """A rating scale with its version. Where authorities differ on the range, the wider one, and both are cited.

    ``percent_reduction`` says whether a percentage of the baseline score means anything: only on a scale whose minimum is 0.
    """

    instrument_id: str = _key()
    label: str = pa.Field(description="The scale in words.")
    items: pl.Int64 = pa.Field(nullable=True, ge=1, description="How many items are scored.")
    minimum: pl.Float64 = pa.Field(nullable=True, description="Lowest total.")
    maximum: pl.Float64 = pa.Field(nullable=True, description="Highest total; the widest where authorities differ.")
    whole_numbers: bool = pa.Field(nullable=True, description="Whether totals are whole numbers.")
    direction: str = pa.Field(isin=["higher-is-worse", "higher-is-better", "unstated"], description="What a higher total means.")
    rater: str = pa.Field(isin=["clinician", "self", "unstated"], description="Who rates.")
    percent_reduction: bool = pa.Field(nullable=True, description="Whether a percentage of the baseline total means anything.")
    description: str = pa.Field(description="What the scale is.")
    source: str = pa.Field(description="Its source.")

    @pa.dataframe_check(name="minimum-below-maximum", title="maximum")
    def _range(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("minimum") < pl.col("maximum"))

    @pa.dataframe_check(name="percentages-need-a-zero-minimum", title="percent_reduction")
    def _percentages(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(~(pl.col("percent_reduction") & (pl.col("minimum") != 0)))


class Definitions(_Vocabulary):
    """What a participant has to meet to be counted.

    A score rule is ``comparator`` and ``threshold`` on ``instrument_id``; a reduction rule is ``percent_comparator`` and
    ``percent_reduction`` of the baseline; ``combine`` says how the two go together. ``ascertainment`` is ``point`` (at the
    visit), ``any-visit`` (at some visit up to it) or ``sustained`` (over ``visits`` visits or ``days`` days).
    """

    definition_id: str = _key()
    label: str = pa.Field(description="The definition in words.")
    outcome: str = _term("definitions", "outcome", "The word for the outcome.")
    instrument_id: str = _term("definitions", "instrument_id", "The scale.")
    comparator: str = pa.Field(nullable=True, isin=["<=", "<", "=", ">=", ">"], description="Sign of the score rule.")
    threshold: pl.Float64 = pa.Field(nullable=True, description="Score of the score rule.")
    threshold_upper: pl.Float64 = pa.Field(
        nullable=True, description="Highest score of the score rule, where the source leaves it between this and `threshold`."
    )
    percent_comparator: str = pa.Field(
        nullable=True, isin=[">=", ">"], description="Sign of the reduction rule; null beside a percentage: not stated."
    )
    percent_reduction: pl.Float64 = pa.Field(nullable=True, gt=0, le=100, description="Percentage of the reduction rule.")
    combine: str = pa.Field(nullable=True, isin=["and", "or"], description="How the two rules are combined.")
    ascertainment: str = pa.Field(
        isin=["point", "any-visit", "sustained", "unstated"], description="At the visit, at any visit up to it, or over several."
    )
    visits: pl.Int64 = pa.Field(nullable=True, ge=2, description="Visits over which it must hold.")
    days: pl.Float64 = pa.Field(nullable=True, gt=0, description="Days over which it must hold.")
    comparability_class: str = _term("definitions", "comparability_class", "The class inside which rates may be pooled.")
    description: str = pa.Field(description="What a participant has to meet.")
    source: str = pa.Field(description="Its source.")

    @pa.dataframe_check(name="comparator-and-threshold-go-together", title="threshold")
    def _score_rule(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("comparator").is_null() == pl.col("threshold").is_null())

    @pa.dataframe_check(name="a-band-is-at-or-below-one-of-two-thresholds", title="threshold_upper")
    def _band(cls, data: PolarsData) -> pl.LazyFrame:
        upwards = (pl.col("comparator") == "<=") & (pl.col("threshold_upper") > pl.col("threshold"))
        return data.lazyframe.select(pl.col("threshold_upper").is_null() | upwards.fill_null(value=False))

    @pa.dataframe_check(name="a-percent-comparator-needs-its-percentage", title="percent_comparator")
    def _reduction_rule(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("percent_comparator").is_null() | pl.col("percent_reduction").is_not_null())

    @pa.dataframe_check(name="combine-says-how-two-rules-go-together", title="combine")
    def _combine(cls, data: PolarsData) -> pl.LazyFrame:
        both = pl.col("threshold").is_not_null() & pl.col("percent_reduction").is_not_null()
        return data.lazyframe.select(both == pl.col("combine").is_not_null())

    @pa.dataframe_check(name="a-response-is-a-reduction-of-at-least-half", title="percent_reduction")
    def _response(cls, data: PolarsData) -> pl.LazyFrame:
        response = (pl.col("outcome") == "response") & pl.col("percent_reduction").is_not_null()
        return data.lazyframe.select(~response | (pl.col("percent_reduction") == 50))


class Populations(_Vocabulary):
    """A label for the people eligible for a trial, with its requirements. A child requires what its parents require.

    ``failure_improvement_below`` is the improvement in percent below which a treatment counts as failed; empty leaves it to the clinician.
    ``failure_prospective`` says whether one failure was observed by the trial itself.
    """

    population_id: str = _key()
    parent_id: str = _term("populations", "parent_id", "The wider population.", nullable=True)
    label: str = pa.Field(description="The population in words.")
    prior_failures_min: pl.Int64 = pa.Field(nullable=True, ge=0, description="Fewest failed treatments.")
    prior_failures_window: str = _term(
        "populations", "prior_failures_window", "The time over which failures count.", nullable=True
    )
    prior_failures_max: pl.Int64 = pa.Field(nullable=True, ge=0, description="Most failed treatments.")
    failure_improvement_below: pl.Float64 = pa.Field(
        nullable=True, gt=0, le=100, description="Improvement, in percent, below which a treatment counts as failed."
    )
    failure_prospective: bool = pa.Field(nullable=True, description="Whether one failure was observed by the trial itself.")
    psychotic_allowed: bool = pa.Field(
        nullable=True, description="Whether people with psychotic features were eligible; null means unstated."
    )
    bipolar_allowed: bool = pa.Field(
        nullable=True, description="Whether people with bipolar disorder were eligible; null means unstated."
    )
    age_min: pl.Int64 = pa.Field(nullable=True, ge=0, description="Lowest age.")
    age_max: pl.Int64 = pa.Field(nullable=True, ge=0, description="Highest age.")
    description: str = pa.Field(description="Who belongs to the population.")
    source: str = pa.Field(description="Its source.")

    @pa.dataframe_check(name="the-lowest-age-is-not-above-the-highest", title="age_max")
    def _ages(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("age_min") <= pl.col("age_max"))

    @pa.dataframe_check(name="the-fewest-failures-are-not-above-the-most", title="prior_failures_max")
    def _failures(cls, data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("prior_failures_min") <= pl.col("prior_failures_max"))


class Treatments(_Vocabulary):
    """What was given, its class, and its routes, separated by semicolons; empty means any."""

    treatment_id: str = _key()
    label: str = pa.Field(description="The treatment in words.")
    class_id: str = _term("treatments", "class_id", "The class it belongs to.")
    routes: str = pa.Field(nullable=True, description="The routes it has, separated by semicolons; null means any.")
    description: str = pa.Field(description="What it is.")
    source: str = pa.Field(description="Its source.")

    @pa.dataframe_check(name="each-route-is-a-term-of-routes", title="routes")
    def _routes(cls, data: PolarsData) -> pl.LazyFrame:
        routes = pl.col("routes").str.split(";")
        return data.lazyframe.select(routes.list.eval(pl.element().is_in(list(terms("routes")))).list.all())


class Synonyms(_Vocabulary):
    """What somebody may write for a term: searches and suggestions find the term by it, and nothing replaces the one with the other. A
    synonym of several terms leads to all of them.
    """

    synonym: str = pa.Field(description="What people write.")
    vocabulary: str = pa.Field(
        nullable=True,
        isin=[name for name in VOCABULARIES if name != "synonyms"],
        description="The term's vocabulary; null where it stands for words in terms of any.",
    )
    means: str = pa.Field(description="The term, or words as they are in terms.")
    source: str = pa.Field(description="Where it was read.")

    @pa.dataframe_check(name="each-means-a-term-of-its-vocabulary")
    def _means(cls, data: PolarsData) -> pl.LazyFrame:
        frame = data.lazyframe.collect()
        pairs = zip(frame["vocabulary"], frame["means"], strict=True)
        return pl.LazyFrame({"kept": [means in terms(v) if v in VOCABULARIES else v is None for v, means in pairs]})

    @pa.dataframe_check(name="nothing-is-said-twice")
    def _once(cls, data: PolarsData) -> pl.LazyFrame:
        once = pl.struct(pl.col("synonym").str.to_lowercase(), pl.col("vocabulary"), pl.col("means"))
        return data.lazyframe.select(once.is_unique())
