-- Run once, in a new database: counts what each kind of statement costs.
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
