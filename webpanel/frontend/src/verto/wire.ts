/** A socket as the rest sees it: texts go out, texts come in, and it is gone once. */

export interface Wire {
  send(message: string): void;
  /** Closes it; nothing is heard of it after that. */
  close(): void;
}

export interface WireHooks {
  opened(): void;
  heard(message: string): void;
  gone(): void;
}

export type OpenWire = (url: string, hooks: WireHooks) => Wire;

/** The browser's WebSocket as a `Wire`; a bad address is a socket that is gone at once. */
export const webSocket: OpenWire = (url, hooks) => {
  let socket: WebSocket;
  try {
    socket = new WebSocket(url);
  } catch {
    queueMicrotask(() => hooks.gone());
    return { send: () => undefined, close: () => undefined };
  }
  socket.onopen = () => hooks.opened();
  socket.onmessage = ({ data }) => hooks.heard(String(data));
  socket.onclose = () => hooks.gone();
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(message);
    },
    close: () => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    },
  };
};
