CREATE TABLE vocabulary.comparability_classes (
  "class_id" VARCHAR,
  "label" VARCHAR,
  "broader" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.comparability_classes IS 'Vocabulary: Definitions that may be pooled with one another.';
COMMENT ON COLUMN vocabulary.comparability_classes."class_id" IS 'The term.';
COMMENT ON COLUMN vocabulary.comparability_classes."label" IS 'The class in words.';
COMMENT ON COLUMN vocabulary.comparability_classes."broader" IS 'The class above; null where there is none.';
COMMENT ON COLUMN vocabulary.comparability_classes."description" IS 'What belongs to it, and why.';
COMMENT ON COLUMN vocabulary.comparability_classes."source" IS 'Where that was read.';
