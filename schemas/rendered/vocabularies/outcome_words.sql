CREATE TABLE vocabulary.outcome_words (
  "term" VARCHAR,
  "label" VARCHAR,
  "compared" BOOLEAN,
  "more_is_worse" BOOLEAN,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.outcome_words IS 'Vocabulary: Words for outcomes.';
COMMENT ON COLUMN vocabulary.outcome_words."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.outcome_words."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.outcome_words."compared" IS 'Whether its rates are pooled and compared; it then has views and appears in `compare`.';
COMMENT ON COLUMN vocabulary.outcome_words."more_is_worse" IS 'Whether a higher rate is worse for patients.';
COMMENT ON COLUMN vocabulary.outcome_words."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.outcome_words."source" IS 'The source of the meaning.';
