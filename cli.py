from gevent import monkey; monkey.patch_all()  # before anything opens a socket

"""The administrator's command line: ``fsbridge``."""

import click

from fsbridge.commands.common import LazyGroup, words

COMMANDS = {
    "announce": "fsbridge.commands.announce:announce",
    "calls": "fsbridge.commands.calls:calls",
    "contacts": "fsbridge.commands.contacts:contacts",
    "db": "fsbridge.commands.db:db",
    "demo": "fsbridge.commands.demo:demo",
    "doctor": "fsbridge.commands.doctor:doctor",
    "flows": "fsbridge.commands.flows:flows",
    "handover": "fsbridge.commands.handover:handover",
    "init": "fsbridge.commands.init:init",
    "jobs": "fsbridge.commands.jobs:jobs",
    "new": "fsbridge.commands.new:new",
    "operators": "fsbridge.commands.operators:operators",
    "queues": "fsbridge.commands.queues:queues",
    "recordings": "fsbridge.commands.recordings:recordings",
    "report": "fsbridge.commands.report:report",
    "run": "fsbridge.commands.run:run",
    "schedule": "fsbridge.commands.schedule:schedule",
    "season": "fsbridge.commands.season:season",
    "simulate": "fsbridge.commands.simulate:simulate",
    "switch": "fsbridge.commands.switch:switch",
    "tail": "fsbridge.commands.tail:tail",
    "tiers": "fsbridge.commands.tiers:tiers",
    "tokens": "fsbridge.commands.tokens:tokens",
    "users": "fsbridge.commands.users:users",
    "visits": "fsbridge.commands.visits:visits",
}
"""Each command and where it is; only the one that is called is imported."""


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=words(
        "FreeSWITCHの通話フローと、その上のコールセンター。",
        "Call flows for FreeSWITCH, and the call centre built on them.",
    ),
)
@click.version_option(package_name="fsbridge")
def main() -> None:
    """Parse the command line and run the command it names."""


if __name__ == "__main__":
    main()
