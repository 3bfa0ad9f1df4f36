"""What a coalition can withhold from a target: goods, minerals, payment rails, and all of them at once."""
