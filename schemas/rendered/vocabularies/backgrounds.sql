CREATE TABLE vocabulary.backgrounds (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.backgrounds IS 'Vocabulary: What all participants of an arm were given besides.';
COMMENT ON COLUMN vocabulary.backgrounds."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.backgrounds."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.backgrounds."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.backgrounds."source" IS 'The source of the meaning.';
