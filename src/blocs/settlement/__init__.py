"""The clearing house: settles one system's day of payments exactly, gross, net or hybrid, and reads real messages.

Independent of the world model. Money is integers in minor units; the same input gives the same output, bit for bit.
"""
