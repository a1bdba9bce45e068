CREATE TABLE vocabulary.definitions (
  "definition_id" VARCHAR,
  "label" VARCHAR,
  "outcome" VARCHAR,
  "instrument_id" VARCHAR,
  "comparator" VARCHAR,
  "threshold" DOUBLE,
  "threshold_upper" DOUBLE,
  "percent_comparator" VARCHAR,
  "percent_reduction" DOUBLE,
  "combine" VARCHAR,
  "ascertainment" VARCHAR,
  "visits" BIGINT,
  "days" DOUBLE,
  "comparability_class" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.definitions IS 'Vocabulary: What counts as an event.';
COMMENT ON COLUMN vocabulary.definitions."definition_id" IS 'The term.';
COMMENT ON COLUMN vocabulary.definitions."label" IS 'The definition in words.';
COMMENT ON COLUMN vocabulary.definitions."outcome" IS 'The word for the outcome.';
COMMENT ON COLUMN vocabulary.definitions."instrument_id" IS 'The scale.';
COMMENT ON COLUMN vocabulary.definitions."comparator" IS 'Sign of the score rule.';
COMMENT ON COLUMN vocabulary.definitions."threshold" IS 'Score of the score rule.';
COMMENT ON COLUMN vocabulary.definitions."threshold_upper" IS 'Highest score of the score rule, where the source leaves it between this and `threshold`.';
COMMENT ON COLUMN vocabulary.definitions."percent_comparator" IS 'Sign of the reduction rule; null beside a percentage: not stated.';
COMMENT ON COLUMN vocabulary.definitions."percent_reduction" IS 'Percentage of the reduction rule.';
COMMENT ON COLUMN vocabulary.definitions."combine" IS 'How the two rules are combined.';
COMMENT ON COLUMN vocabulary.definitions."ascertainment" IS 'At the visit, at any visit up to it, or over several.';
COMMENT ON COLUMN vocabulary.definitions."visits" IS 'Visits over which it must hold.';
COMMENT ON COLUMN vocabulary.definitions."days" IS 'Days over which it must hold.';
COMMENT ON COLUMN vocabulary.definitions."comparability_class" IS 'The class inside which rates may be pooled.';
COMMENT ON COLUMN vocabulary.definitions."description" IS 'What a participant has to meet.';
COMMENT ON COLUMN vocabulary.definitions."source" IS 'Its source.';
