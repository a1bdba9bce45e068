CREATE TABLE vocabulary.outcome_words (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.outcome_words IS 'Vocabulary: Words for outcomes.';
COMMENT ON COLUMN vocabulary.outcome_words."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.outcome_words."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.outcome_words."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.outcome_words."source" IS 'Where the meaning was read.';
