"""What goes out: messages rendered from plain values, and the channels that deliver them.

Nothing here opens the database or reads the clock; whoever calls gives the rows as frozen values and the moment.
"""
