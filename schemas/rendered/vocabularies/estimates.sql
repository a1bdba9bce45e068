CREATE TABLE vocabulary.estimates (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.estimates IS 'Vocabulary: Whether a mean is raw or from a model.';
COMMENT ON COLUMN vocabulary.estimates."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.estimates."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.estimates."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.estimates."source" IS 'The source of the meaning.';
