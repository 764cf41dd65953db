"""From a plan document to its tasks with their places.

The stages, each in a module of its own: `readers` (bytes → :class:`~documents.source.Source`), `outline` (headings,
lists, tables, annexes), `tasks`, `fields`, `deadlines`, `units`, `header`, `warnings`; `read` runs them in order.
Nothing here opens a database or a network connection, and nothing reads a clock.
"""
