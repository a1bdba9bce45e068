"""DuckDB alone: one pass of SQL over the file for eight checks, one grouping for the key."""

import sys

import duckdb

from tests.benchmarks.checks import ANALYSIS_SETS, CHECKS, KEY, REQUIRED, VALUE_ORIGINS, WHOLE, tell


def quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def main(path: str) -> None:
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE outcomes AS SELECT * FROM read_csv(?, header = true, all_varchar = true, delim = ',', quote = '\"')",
        [path],
    )
    broken = [
        " OR ".join(f"{c} IS NULL" for c in REQUIRED),
        f"NOT regexp_full_match(events, '{WHOLE}')",
        f"NOT regexp_full_match(n_analysed, '{WHOLE}')",
        "TRY_CAST(events AS BIGINT) < 0",
        "TRY_CAST(events AS BIGINT) > TRY_CAST(n_analysed AS BIGINT)",
        f"analysis_set NOT IN ({quoted(ANALYSIS_SETS)})",
        f"value_origin NOT IN ({quoted(VALUE_ORIGINS)})",
        "timepoint_days IS NOT NULL AND TRY_CAST(timepoint_days AS DOUBLE) IS NULL",
    ]
    counts = con.sql(f"SELECT {', '.join(f'count(*) FILTER ({b})' for b in broken)} FROM outcomes").fetchall()[0]
    key = ", ".join(KEY)
    again = con.sql(f"SELECT count(*) FROM (SELECT {key} FROM outcomes GROUP BY ALL HAVING count(*) > 1)").fetchall()[0]
    tell(name for name, count in zip(CHECKS, counts + again, strict=True) if count)


if __name__ == "__main__":
    main(sys.argv[1])
