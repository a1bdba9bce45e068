"""pointblank, on polars: a plan of steps, several of them for the required columns."""

import sys

import pointblank as pb
import polars as pl

from tests.benchmarks.checks import ANALYSIS_SETS, KEY, REQUIRED, VALUE_ORIGINS, WHOLE, tell


def main(path: str) -> None:
    frame = pl.read_csv(path, infer_schema=False).with_columns(
        pl.col("events", "n_analysed").cast(pl.Int64, strict=False).name.suffix("_read"),
        pl.col("timepoint_days").cast(pl.Float64, strict=False).alias("day_read"),
    )
    day = pl.col("timepoint_days")
    # An empty cell passes every step but the first: it is that one's to find.
    plan = (
        pb.Validate(frame)
        .col_vals_not_null(columns=list(REQUIRED), brief="required-filled")
        .col_vals_regex("events", WHOLE, na_pass=True, brief="events-whole")
        .col_vals_regex("n_analysed", WHOLE, na_pass=True, brief="analysed-whole")
        .col_vals_ge("events_read", 0, na_pass=True, brief="events-not-negative")
        .col_vals_le("events_read", pb.col("n_analysed_read"), na_pass=True, brief="events-within-analysed")
        .col_vals_in_set("analysis_set", list(ANALYSIS_SETS), brief="analysis-set-known")
        .col_vals_in_set("value_origin", list(VALUE_ORIGINS), brief="value-origin-known")
        .col_vals_expr(day.is_null() | pl.col("day_read").is_not_null(), brief="day-numeric")
        .rows_distinct(list(KEY), brief="key-unique")
        .interrogate(collect_extracts=False, collect_tbl_checked=False)
    )
    tell(step.brief for step in plan.validation_info if not step.all_passed)


if __name__ == "__main__":
    main(sys.argv[1])
