CREATE TABLE vocabulary.statistics (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.statistics IS 'Vocabulary: Which mean it is.';
COMMENT ON COLUMN vocabulary.statistics."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.statistics."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.statistics."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.statistics."source" IS 'The source of the meaning.';
