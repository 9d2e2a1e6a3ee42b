from gevent import monkey

monkey.patch_all()  # before anything opens a socket

"""An embedded switch with two operators in its directory; a line that comes in is an API command."""

import sys

from gevent.fileobject import FileObject

from fsbridge.embedded import EmbeddedSwitch, SwitchConf, extension
from fsbridge.embedded.verto import Verto, VertoConf, VertoUser
from fsbridge.embedded.vertoserver import VertoServer

PLAN = {
    "operators": [
        extension("^100$", ("answer",), ("echo", "")),
        extension("^101$", ("pre_answer",), ("sleep", "60000")),
    ],
    "public": [extension("^700$", ("answer",), ("bridge", "user/1001@kanazawa"))],
}
USERS = {name: VertoUser(password="secret") for name in ("1001", "1002")}


def main() -> None:
    switch = EmbeddedSwitch(SwitchConf(dialplan=PLAN))
    with switch, VertoServer(Verto(switch, VertoConf(users=USERS))) as server:
        print(server.port, flush=True)
        for line in FileObject(sys.stdin.fileno(), "r"):
            switch.api(line.strip(), lambda answer: None)
            print("done", flush=True)


if __name__ == "__main__":
    main()
