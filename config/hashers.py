"""Argon2id with the cost that OWASP recommends for servers.

Django's own preset takes 100 MiB a hash: eight sign-ins at once would take most of a
gigabyte, and a flood of them the machine (docs/decisions/0014-argon2-cost.md).
"""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """19 MiB, two passes, one lane; older hashes are renewed at the next sign-in."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
