"""dataframely: a schema of text columns with a rule for each of the nine."""

import sys

import dataframely as dy
import polars as pl

from tests.benchmarks.checks import ANALYSIS_SETS, KEY, VALUE_ORIGINS, WHOLE, tell

EVENTS, ANALYSED = (pl.col(c).cast(pl.Int64, strict=False) for c in ("events", "n_analysed"))


class Outcomes(dy.Schema):
    study_id = dy.String(nullable=False)
    arm_id = dy.String(nullable=False)
    definition_id = dy.String(nullable=False)
    timepoint_days = dy.String(nullable=True)
    timepoint_anchor = dy.String(nullable=False)
    analysis_set = dy.String(nullable=False)
    missing_data = dy.String(nullable=False)
    n_analysed = dy.String(nullable=True)
    events = dy.String(nullable=True)
    value_origin = dy.String(nullable=False)

    @dy.rule()
    def events_whole(cls) -> pl.Expr:
        return pl.col("events").str.contains(WHOLE)

    @dy.rule()
    def analysed_whole(cls) -> pl.Expr:
        return pl.col("n_analysed").str.contains(WHOLE)

    @dy.rule()
    def events_not_negative(cls) -> pl.Expr:
        return EVENTS >= 0

    @dy.rule()
    def events_within_analysed(cls) -> pl.Expr:
        return EVENTS <= ANALYSED

    @dy.rule()
    def analysis_set_known(cls) -> pl.Expr:
        return pl.col("analysis_set").is_in(ANALYSIS_SETS)

    @dy.rule()
    def value_origin_known(cls) -> pl.Expr:
        return pl.col("value_origin").is_in(VALUE_ORIGINS)

    @dy.rule()
    def day_numeric(cls) -> pl.Expr:
        day = pl.col("timepoint_days")
        return day.is_null() | day.cast(pl.Float64, strict=False).is_not_null()

    @dy.rule()
    def key_unique(cls) -> pl.Expr:
        return pl.struct(KEY).is_unique()


def main(path: str) -> None:
    _, failure = Outcomes.filter(pl.read_csv(path, infer_schema=False))
    tell("required-filled" if "|" in name else name.replace("_", "-") for name in failure.counts())


if __name__ == "__main__":
    main(sys.argv[1])
