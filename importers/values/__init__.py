"""One cell → names, a date; and what was doubtful about them."""
