"""Moving house: the author's other accounts, coming here with one of them, and going on elsewhere."""
