CREATE TABLE vocabulary.routes (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.routes IS 'Vocabulary: How a treatment is given.';
COMMENT ON COLUMN vocabulary.routes."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.routes."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.routes."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.routes."source" IS 'The source of the meaning.';
