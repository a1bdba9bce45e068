CREATE TABLE vocabulary.claim_relations (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.claim_relations IS 'Vocabulary: What one claim is to another.';
COMMENT ON COLUMN vocabulary.claim_relations."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.claim_relations."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.claim_relations."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.claim_relations."source" IS 'The source of the meaning.';
