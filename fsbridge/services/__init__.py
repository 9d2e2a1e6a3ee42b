"""What the program does, step by step, knowing only the domain and ports."""
