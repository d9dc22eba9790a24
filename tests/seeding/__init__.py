"""A demo shop of any size: ``flask seed --orders N`` fills an empty shop with a coherent past.

A few orders of every kind go through the shop's own services, once each (`stories`). What they wrote
is taken down row by row and rolled back (`recording`), then written again and again with ids, days,
numbers and names of its own (`printing`), by COPY (`loading`). So whatever a service writes, a seeded
shop has: its rows are sealed and its chains hashed as the shop does it.
"""
