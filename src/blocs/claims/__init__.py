"""Claims: statements bound to computations, with verdicts that follow from rules."""
