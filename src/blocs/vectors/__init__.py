"""The vectors that pull the world apart; each owns its measures and turns them into shocks."""
