import { render } from "preact";
import { io } from "socket.io-client";
import "../shared/tokens.css";
import "./wallboard.css";
import { Board } from "./board";
import { chime } from "./chime";
import type { Picture } from "./picture";
import { picture, take, tick } from "./state";

const root = document.getElementById("board");

const socket = io("/wallboard", {
  transports: ["websocket"],
  reconnectionDelay: 300,
  reconnectionDelayMax: 3000,
});
socket.on("board", (next: Picture) => {
  const before = picture.value;
  take(next);
  const alarmed = (one: Picture | null) => Object.values(one?.levels ?? {}).filter((level) => level === "alarm").length;
  if (before !== null && alarmed(next) > alarmed(before)) chime();
});
setInterval(() => {
  tick.value = Date.now();
}, 250);

if (root !== null) render(<Board />, root);
