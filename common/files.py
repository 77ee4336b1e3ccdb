"""How much somebody may send. The pages say it in words, and the proxy lets as much through (deploy/proxy.conf)."""

LARGEST = 12_000_000  # bytes
LARGEST_SCAN = 10_000_000  # bytes of a signed paper: it is sent with other fields
