"""What a call centre is, in plain Python: no input, no output, no clock of its own."""
