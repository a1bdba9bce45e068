CREATE TABLE vocabulary.value_origins (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.value_origins IS 'Vocabulary: How a figure was obtained.';
COMMENT ON COLUMN vocabulary.value_origins."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.value_origins."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.value_origins."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.value_origins."source" IS 'The source of the meaning.';
