CREATE TABLE vocabulary.missing_data (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.missing_data IS 'Vocabulary: How participants not observed were counted.';
COMMENT ON COLUMN vocabulary.missing_data."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.missing_data."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.missing_data."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.missing_data."source" IS 'The source of the meaning.';
