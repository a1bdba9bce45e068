CREATE TABLE vocabulary.correction_statuses (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.correction_statuses IS 'Vocabulary: What is known of corrections to a source.';
COMMENT ON COLUMN vocabulary.correction_statuses."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.correction_statuses."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.correction_statuses."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.correction_statuses."source" IS 'The source of the meaning.';
