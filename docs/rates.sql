-- Response and remission, one row a stratum: treatment class, population, comparability class of the definition.
-- A trial counts once however many packages report it (docs/lineage.md), by the package with its last time point, and an arm once, at the last
-- that it has; rates go from the lowest arm to the highest. Nothing is pooled here.
WITH rates AS (
  SELECT 'response' AS outcome, * FROM response_rates
  UNION ALL
  SELECT 'remission', * FROM remission_rates
),
once AS (
  FROM rates
  WHERE rate IS NOT NULL
  QUALIFY package = first(package) OVER (PARTITION BY outcome, trial, comparability_class ORDER BY "day" DESC NULLS LAST, package)
),
arms AS (
  FROM once
  QUALIFY row_number() OVER (
    PARTITION BY package, study_id, arm_id, comparability_class ORDER BY "day" DESC NULLS LAST, n DESC, analysis_set, "definition"
  ) = 1
)
SELECT
  outcome,
  "class",
  population,
  comparability_class,
  count(*) AS arms,
  sum(n)::BIGINT AS participants,
  printf('%.0f%%', 100 * min(rate)) AS lowest,
  printf('%.0f%%', 100 * median(rate)) AS median,
  printf('%.0f%%', 100 * max(rate)) AS highest
FROM arms
GROUP BY ALL
HAVING arms >= 3
ORDER BY outcome DESC, "class", population, comparability_class;
