-- Response and remission by treatment class, population and comparability class of the definition. That is no stratum: a row has arms of several
-- windows of days, phases and backgrounds, so two rows aren't compared like with like. The view comparable_rates has strata.
-- A trial counts once however many packages report it (docs/lineage.md), and of its parts (periods, extensions) one: the whole before a part, then
-- what has the last time point. An arm counts once, at the last that it has. Counts that were worked out from means are left out. Rates go from the
-- lowest arm to the highest. Nothing is pooled here.
WITH rates AS (
  SELECT 'response' AS outcome, * FROM response_rates
  UNION ALL
  SELECT 'remission', * FROM remission_rates
),
once AS (
  SELECT rates.* FROM rates
  JOIN studies s USING (package, study_id)
  WHERE rate IS NOT NULL AND value_origin IS DISTINCT FROM 'imputed-from-mean'
  QUALIFY (package, study_id) = first((package, study_id)) OVER (
    PARTITION BY outcome, trial, comparability_class
    ORDER BY s.part_of IS NOT NULL, s.part_relation IS DISTINCT FROM 'period', "day" DESC NULLS LAST, s.n_randomised DESC NULLS LAST, package, study_id
  )
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
