"""The floor in a terminal: tables by rich, words in Japanese and English."""
