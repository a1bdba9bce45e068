"""pandera alone, on polars: a schema of text columns with a check for each of the nine."""

import sys
from collections.abc import Callable

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from tests.benchmarks.checks import ANALYSIS_SETS, KEY, REQUIRED, VALUE_ORIGINS, WHOLE, tell

EVENTS, ANALYSED = (pl.col(c).cast(pl.Int64, strict=False) for c in ("events", "n_analysed"))


def held(name: str, expression: pl.Expr) -> pa.Check:
    look: Callable[[pa.PolarsData], pl.LazyFrame] = lambda data: data.lazyframe.select(expression)  # noqa: E731
    return pa.Check(look, name=name)


def main(path: str) -> None:
    frame = pl.read_csv(path, infer_schema=False)
    day = pl.col("timepoint_days")
    schema = pa.DataFrameSchema(
        {c: pa.Column(str, nullable=c not in REQUIRED) for c in frame.columns},
        checks=[
            held("events-whole", pl.col("events").str.contains(WHOLE)),
            held("analysed-whole", pl.col("n_analysed").str.contains(WHOLE)),
            held("events-not-negative", EVENTS >= 0),
            held("events-within-analysed", EVENTS <= ANALYSED),
            held("analysis-set-known", pl.col("analysis_set").is_in(ANALYSIS_SETS)),
            held("value-origin-known", pl.col("value_origin").is_in(VALUE_ORIGINS)),
            held("day-numeric", day.is_null() | day.cast(pl.Float64, strict=False).is_not_null()),
        ],
        unique=list(KEY),
    )
    broken = set()
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        names = {"not_nullable": "required-filled", "multiple_fields_uniqueness": "key-unique"}
        for error in errors.schema_errors:
            name = error.check.name if isinstance(error.check, pa.Check) else str(error.check)
            broken.add(names.get(name, name))
    tell(broken)


if __name__ == "__main__":
    main(sys.argv[1])
