CREATE TABLE vocabulary.settings (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.settings IS 'Vocabulary: Where participants were treated.';
COMMENT ON COLUMN vocabulary.settings."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.settings."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.settings."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.settings."source" IS 'The source of the meaning.';
