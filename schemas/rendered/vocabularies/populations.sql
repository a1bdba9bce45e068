CREATE TABLE vocabulary.populations (
  "population_id" VARCHAR,
  "parent_id" VARCHAR,
  "label" VARCHAR,
  "prior_failures_min" BIGINT,
  "prior_failures_window" VARCHAR,
  "prior_failures_max" BIGINT,
  "failure_improvement_below" DOUBLE,
  "failure_prospective" BOOLEAN,
  "psychotic_allowed" BOOLEAN,
  "bipolar_allowed" BOOLEAN,
  "age_min" BIGINT,
  "age_max" BIGINT,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.populations IS 'Vocabulary: Who was eligible for a trial.';
COMMENT ON COLUMN vocabulary.populations."population_id" IS 'The term.';
COMMENT ON COLUMN vocabulary.populations."parent_id" IS 'The wider population.';
COMMENT ON COLUMN vocabulary.populations."label" IS 'The population in words.';
COMMENT ON COLUMN vocabulary.populations."prior_failures_min" IS 'Fewest failed treatments.';
COMMENT ON COLUMN vocabulary.populations."prior_failures_window" IS 'The time over which failures count.';
COMMENT ON COLUMN vocabulary.populations."prior_failures_max" IS 'Most failed treatments.';
COMMENT ON COLUMN vocabulary.populations."failure_improvement_below" IS 'Improvement, in percent, below which a treatment counts as failed.';
COMMENT ON COLUMN vocabulary.populations."failure_prospective" IS 'Whether one failure was observed by the trial itself.';
COMMENT ON COLUMN vocabulary.populations."psychotic_allowed" IS 'Whether people with psychotic features were eligible; null means unstated.';
COMMENT ON COLUMN vocabulary.populations."bipolar_allowed" IS 'Whether people with bipolar disorder were eligible; null means unstated.';
COMMENT ON COLUMN vocabulary.populations."age_min" IS 'Lowest age.';
COMMENT ON COLUMN vocabulary.populations."age_max" IS 'Highest age.';
COMMENT ON COLUMN vocabulary.populations."description" IS 'Who belongs to the population.';
COMMENT ON COLUMN vocabulary.populations."source" IS 'Its source.';
