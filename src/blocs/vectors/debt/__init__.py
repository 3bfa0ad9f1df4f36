"""Public debt and the dollar: a recursion with maturities, fans that have been earned, and who holds the paper."""
