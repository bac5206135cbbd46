"""What the program asks of systems outside: one file each. Nothing leaves the house unless its setting is given."""
