"""``make bench``: how fast Duban is beside what it stands on, measured in the same run."""
