"""What happens without anybody asking: deliveries, the inbox, the schedule, housekeeping."""

from fedblog.worker.worker import Worker

__all__ = ["Worker"]
