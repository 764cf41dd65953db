"""The rules, pure: deadlines, the working calendar, ladders, the life cycle, what is owed, simulation.

Nothing here opens a database, a network connection or a file, and only :mod:`plan.clock` reads a clock.
"""
