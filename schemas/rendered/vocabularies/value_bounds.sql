CREATE TABLE vocabulary.value_bounds (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.value_bounds IS 'Vocabulary: How a figure is meant.';
COMMENT ON COLUMN vocabulary.value_bounds."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.value_bounds."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.value_bounds."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.value_bounds."source" IS 'The source of the meaning.';
