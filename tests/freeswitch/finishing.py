"""A process that finishes recordings over and over, to be killed."""

from gevent import monkey


def main() -> None:
    """Go on until killed."""
    monkey.patch_all()
    import time

    from fsbridge.adapters.store import Store
    from fsbridge.config import load
    from fsbridge.recording import RecordingCare
    from fsbridge.routine import utc_now

    settings = load()
    keeping = RecordingCare(settings, Store(settings.database_url))
    while True:
        keeping.finish(utc_now())
        time.sleep(0.3)


if __name__ == "__main__":
    main()
