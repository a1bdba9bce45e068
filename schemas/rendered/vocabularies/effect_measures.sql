CREATE TABLE vocabulary.effect_measures (
  "term" VARCHAR,
  "label" VARCHAR,
  "ratio" BOOLEAN,
  "of_means" BOOLEAN,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.effect_measures IS 'Vocabulary: Measures of the effect between two arms.';
COMMENT ON COLUMN vocabulary.effect_measures."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.effect_measures."label" IS 'The measure in words.';
COMMENT ON COLUMN vocabulary.effect_measures."ratio" IS 'Whether it is a ratio: positive, with no effect at 1 and its standard error that of its logarithm.';
COMMENT ON COLUMN vocabulary.effect_measures."of_means" IS 'Whether it compares means on a scale, rather than counts of participants.';
COMMENT ON COLUMN vocabulary.effect_measures."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.effect_measures."source" IS 'Where the meaning was read.';
