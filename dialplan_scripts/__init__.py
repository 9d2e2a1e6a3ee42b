"""Call flows on ``from fsbridge import …`` alone; each is 20 to 80 lines."""
