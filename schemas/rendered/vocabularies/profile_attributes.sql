CREATE TABLE vocabulary.profile_attributes (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.profile_attributes IS 'Vocabulary: Respects in which treatments are described.';
COMMENT ON COLUMN vocabulary.profile_attributes."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.profile_attributes."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.profile_attributes."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.profile_attributes."source" IS 'The source of the meaning.';
