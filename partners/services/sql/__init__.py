"""The SQL of the partner desk: lists are compared and applied by sets.

One text for both databases; where they differ, a `Dialect` has the word. Parameters
go in by name: `run`, whose change set it is; `staged`, the run that holds the goods;
`shop`; `low` and `high`, a range of changes; `now`; `document`.
"""
