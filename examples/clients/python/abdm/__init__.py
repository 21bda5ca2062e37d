"""A small ABDM client: enough for one run through milestones 1 to 3."""
