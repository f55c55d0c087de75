"""How outcomes come about: the causal chains that lead to them."""
