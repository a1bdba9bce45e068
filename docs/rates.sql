-- Response and remission, one row a stratum: treatment class, population, comparability class of the definition.
-- Rates are those of single arms, from their lowest to their highest: nothing is pooled here.
SELECT
  outcome, "class", population, comparability_class,
  count(*) AS arms,
  sum(n) AS participants,
  printf('%.0f%%', 100 * min(rate)) AS lowest,
  printf('%.0f%%', 100 * median(rate)) AS median,
  printf('%.0f%%', 100 * max(rate)) AS highest
FROM (
  SELECT 'response' AS outcome, * FROM response_rates
  UNION ALL
  SELECT 'remission', * FROM remission_rates
)
WHERE rate IS NOT NULL
GROUP BY ALL
HAVING arms >= 3
ORDER BY outcome DESC, "class", population, comparability_class;
