CREATE TABLE vocabulary.failure_windows (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.failure_windows IS 'Vocabulary: The time over which treatment failures count.';
COMMENT ON COLUMN vocabulary.failure_windows."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.failure_windows."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.failure_windows."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.failure_windows."source" IS 'The source of the meaning.';
