"""Standard deviations of scores beside what their scale and mean allow."""

from __future__ import annotations

from schemas.sql import half_of_print

__all__ = ["SPREADS"]


def _half(of: str) -> str:
    """SQL: how far a figure may be from its print, or from the number where there is no print."""
    return half_of_print(f"coalesce({of}_reported, {of}::VARCHAR)")


# Each step is a query of its own: DuckDB would write a name's expression out wherever it is used.
SPREADS = f"""(
              SELECT *, (sd > 0 AND sd - sd_half <= coalesce(most_sd, sd)) IS true AS possible, possible AND coalesce(n < 10 OR sd >= least_sd, true) AS fits FROM (
                SELECT *, CASE WHEN n BETWEEN 2 AND 1e9 AND centre IS NOT NULL THEN sqrt(greatest((centre - lowest) * (highest - centre), 0) * n / (n - 1)) END AS most_sd,
                  least(instrument_range * CASE WHEN statistic = 'baseline' OR little IS true THEN 0.02 ELSE 0.04 END, near_an_end) AS least_sd
                FROM (
                  SELECT *, statistic = 'change' AND abs(mean) < instrument_range / 10 AS little, CASE WHEN estimate = 'raw' AND mean BETWEEN lowest AND highest
                      THEN mean - greatest(least(mean - (lowest + highest) / 2, mean_half), -mean_half) ELSE (lowest + highest) / 2 END AS centre,
                    CASE WHEN statistic = 'endpoint' AND mean BETWEEN lowest AND highest THEN least(mean - lowest, highest - mean) / 4 END AS near_an_end
                  FROM (
                    SELECT s.*, i.maximum - i.minimum AS instrument_range, {_half("s.mean")} AS mean_half, {_half("s.sd")} AS sd_half,
                      CASE WHEN s.statistic = 'change' THEN i.minimum - i.maximum ELSE i.minimum END AS lowest,
                      CASE WHEN s.statistic = 'change' THEN i.maximum - i.minimum ELSE i.maximum END AS highest
                    FROM scores s LEFT JOIN vocabulary.instruments i USING (instrument_id)
                  )
                )
              )
            )"""
"""SQL: the scores, each with the largest standard deviation that its scale and raw mean allow, the least that is likely, and whether its own is within both.

The largest is Bhatia and Davis's, with everybody at one end of the scale or the other. The least is 4% of the scale, or 2% at baseline, where entry made people
alike, and of a change where ``little`` has happened yet; and after treatment a quarter of the way from the mean to the scale's nearer end, where that is less: of
people who are all well, the scores are all low and alike.
"""
