from gevent import monkey; monkey.patch_all()  # before anything opens a socket

"""The administrator's command line: ``fsbridge``."""

import click

from fsbridge.commands.common import Refusing
from fsbridge.commands.demo import demo
from fsbridge.commands.run import run
from fsbridge.commands.switch import switch
from fsbridge.commands.tail import tail


@click.group(cls=Refusing, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fsbridge")
def main() -> None:
    """Call flows for FreeSWITCH, and the call centre built on them."""


for command in (demo, run, switch, tail):
    main.add_command(command)

if __name__ == "__main__":
    main()
