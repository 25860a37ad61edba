"""What is counted, for /metrics. Never who, never what was said."""

from prometheus_client import Counter, Gauge

TAKEN_IN = Counter("samenspraak_events_taken_in", "Events saved to be decided")
DECIDED = Counter("samenspraak_events_decided", "Events decided", ["kind"])
FAILED = Counter("samenspraak_decisions_failed", "Decisions that raised")
SENT = Counter("samenspraak_sendings", "Attempts to send, by kind and how they ended", ["kind", "outcome"])
LAST_TICK = Gauge("samenspraak_last_tick_timestamp_seconds", "When the clock last ticked")
LISTENING = Gauge("samenspraak_channels_listening", "Channels in which the bot may listen")
BACKLOG = Gauge("samenspraak_outbox_rows", "Outbox rows, by how far they are", ["state"])
BARRED = Gauge("samenspraak_installations_barred", "Installations in which the platform lets us do nothing")
SLACK_CONNECTIONS = Gauge(
    "samenspraak_slack_connections", "Connections by which Slack tells what happens (Socket Mode)"
)
