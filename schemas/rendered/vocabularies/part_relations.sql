CREATE TABLE vocabulary.part_relations (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.part_relations IS 'Vocabulary: What a part of a trial is to the whole.';
COMMENT ON COLUMN vocabulary.part_relations."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.part_relations."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.part_relations."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.part_relations."source" IS 'The source of the meaning.';
