CREATE TABLE vocabulary.arm_roles (
  "term" VARCHAR,
  "label" VARCHAR,
  "control" BOOLEAN,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.arm_roles IS 'Vocabulary: What an arm is for.';
COMMENT ON COLUMN vocabulary.arm_roles."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.arm_roles."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.arm_roles."control" IS 'Whether the arm is a comparator, whatever it contains; null where the role is not stated.';
COMMENT ON COLUMN vocabulary.arm_roles."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.arm_roles."source" IS 'Where the meaning was read.';
