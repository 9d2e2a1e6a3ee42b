/** A live namespace: whether it is connected, what it says, and questions that are answered or refused. */
import { signal, type Signal } from "@preact/signals";
import { io, type Socket } from "socket.io-client";
import { Refused } from "./api";
import { t } from "./page";

export interface Live {
  /** Whether the server is heard; false from the moment the connection is lost. */
  connected: Signal<boolean>;
  on<T>(event: string, take: (said: T) => void): void;
  /** Says something and gives the answer; throws Refused with a sentence, also when nobody answers in time. */
  ask<T>(event: string, said?: unknown): Promise<T>;
}

const PATIENCE = 8000;

export function live(namespace: string): Live {
  const socket: Socket = io(namespace, {
    transports: ["websocket"],
    reconnectionDelay: 300,
    reconnectionDelayMax: 3000,
  });
  const connected = signal(false);
  socket.on("connect", () => {
    connected.value = true;
  });
  socket.on("disconnect", (reason) => {
    connected.value = false;
    // the server shows out whose session is over
    if (reason === "io server disconnect") location.reload();
  });
  return {
    connected,
    on: (event, take) => void socket.on(event, take),
    async ask<T>(event: string, said?: unknown): Promise<T> {
      let answer: { error?: string } | null;
      try {
        answer = (await socket.timeout(PATIENCE).emitWithAck(event, said ?? {})) as { error?: string } | null;
      } catch {
        throw new Refused(t("common.server_lost"), 0);
      }
      if (answer?.error) throw new Refused(answer.error, 400, answer);
      return answer as T;
    },
  };
}
