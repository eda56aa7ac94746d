"""What Prometheus reads. No label holds anything of a member: kinds, platforms and outcomes are short lists of ours.

docs/operations.md has the table. Names follow prometheus.io/docs/practices/naming.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.health import Figures, Look

if TYPE_CHECKING:
    from bot.process import Process  # the process owns its metrics; only its type is needed here

HANDLING = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)  # 3 s: when a platform gives a click up
CALLS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counts while the bot works, and writes it all down when it is asked."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._handling = Histogram(
            "tsudoi_handling_seconds",
            "How long features took to handle one event, by its kind",
            ["kind"],
            buckets=HANDLING,
            registry=self._registry,
        )
        self._calls = Histogram(
            "tsudoi_call_seconds",
            "How long carrying one effect out took, by platform and by what became of it",
            ["platform", "outcome"],
            buckets=CALLS,
            registry=self._registry,
        )
        self._standing = _Standing()
        self._registry.register(self._standing)

    def handled(self, kind: str, seconds: float) -> None:
        """Note that an event was handled."""
        self._handling.labels(kind).observe(seconds)

    def called(self, platform: str, outcome: str, seconds: float) -> None:
        """Note that a platform was asked to carry an effect out."""
        self._calls.labels(platform, outcome).observe(seconds)

    def written(self, look: Look, figures: Figures | None) -> bytes:
        """Return everything as text; without ``figures`` the store cannot be read, and only the rest is told."""
        self._standing.now = (look, figures)
        return generate_latest(self._registry)


class _Standing(Collector):
    """Figures that stand elsewhere, and are read when they are asked for."""

    now: tuple[Look, Figures | None] | None = None

    def collect(self) -> Iterator[Metric]:
        """Yield the figures."""
        if self.now is None:
            return
        look, figures = self.now
        yield from _counters(look.process)
        yield GaugeMetricFamily("tsudoi_ready", "Whether the bot is connected and works", look.process.ready.is_set())
        silent = GaugeMetricFamily(
            "tsudoi_silence_seconds", "Seconds since a platform was heard, heartbeats included", labels=["platform"]
        )
        for platform, seconds in look.since_heard().items():
            silent.add_metric([platform], seconds)
        yield silent
        yield GaugeMetricFamily("tsudoi_store_up", "Whether the store can be read", figures is not None)
        if figures is not None:
            yield from _stored(figures)


def _counters(process: Process) -> Iterator[Metric]:
    for name, text, value in (
        ("tsudoi_events_accepted", "Events accepted", process.inbox.accepted),
        ("tsudoi_events_duplicate", "Events that had been accepted before", process.inbox.duplicates),
        ("tsudoi_events_handled", "Events handled", process.dispatcher.handled),
        ("tsudoi_events_failed", "Events given up", process.dispatcher.failed),
        ("tsudoi_effects_sent", "Effects carried out", process.outbox.sent),
        ("tsudoi_effects_dead", "Effects given up", process.outbox.dead),
        ("tsudoi_backups_made", "Backups made and opened", process.backups.made if process.backups else 0),
        ("tsudoi_backups_failed", "Backups that could not be made", process.backups.failed if process.backups else 0),
    ):
        yield CounterMetricFamily(name, f"{text} since the start", value)


def _stored(figures: Figures) -> Iterator[Metric]:
    for name, text, value in (
        ("tsudoi_inbox_waiting", "Events accepted and not handled", figures.inbox_waiting),
        ("tsudoi_inbox_lag_seconds", "Age of the oldest event that waits", figures.inbox_lag),
        ("tsudoi_inbox_given_up", "Events in the store that were given up", figures.events_given_up),
        ("tsudoi_outbox_due", "Effects due and not carried out", figures.outbox_due),
        ("tsudoi_outbox_lag_seconds", "For how long the oldest effect has been due", figures.outbox_lag),
        ("tsudoi_outbox_dead_letters", "Effects in the store that were given up", figures.dead_letters),
    ):
        yield GaugeMetricFamily(name, text, value)
    if figures.since_backup is not None:
        yield GaugeMetricFamily("tsudoi_backup_age_seconds", "Age of the last good backup", figures.since_backup)
