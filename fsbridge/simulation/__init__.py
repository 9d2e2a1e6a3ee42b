"""The centre on a virtual clock: the real scripts, hours and figures; callers and operators are invented."""
