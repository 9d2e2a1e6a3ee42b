/** JSON-RPC over one socket: requests that are answered or fail by a deadline, requests of the switch. */
import type { Clock } from "./clock";
import { fields, number, text, type Fields } from "./fields";
import type { Wire } from "./wire";

/** Milliseconds within which the switch answers, or the socket counts as dead. */
export const DEADLINE = 8000;

/** The switch said no: its `code`, its words, and all it said. */
export class Refused extends Error {
  constructor(readonly method: string, readonly code: number, message: string, readonly about: Fields) {
    super(message);
    this.name = "Refused";
  }
}

/** Nobody knows whether the request was done: the socket is gone, or the answer did not come. */
export class Lost extends Error {
  constructor(why: string) {
    super(why);
    this.name = "Lost";
  }
}

export interface RpcHooks {
  /** The switch asks. It has its answer already: mod_verto does not read answers. */
  asked(method: string, params: Fields): void;
  /** An answer did not come in time. */
  overdue(method: string): void;
}

interface Waiting {
  method: string;
  done(result: Fields): void;
  failed(error: Error): void;
}

/** One conversation. Feed it what the wire hears; after `close` every open request is `Lost`. */
export class Rpc {
  private last = 0;
  private readonly waiting = new Map<number, Waiting>();
  private closed = false;

  constructor(private readonly wire: Wire, private readonly clock: Clock, private readonly hooks: RpcHooks) {}

  /** What the switch answers; fails with `Refused` or `Lost`. */
  ask(method: string, params: Fields, deadline = DEADLINE): Promise<Fields> {
    if (this.closed) return Promise.reject(new Lost("the socket is closed"));
    const id = ++this.last;
    return new Promise((done, failed) => {
      const cancel = this.clock.later(deadline, () => {
        this.waiting.delete(id);
        failed(new Lost(`no answer to ${method} within ${deadline} ms`));
        this.hooks.overdue(method);
      });
      this.waiting.set(id, {
        method,
        done: (result) => (cancel(), done(result)),
        failed: (error) => (cancel(), failed(error)),
      });
      this.wire.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  }

  /** Takes one message in; what is no message of the protocol is passed over. */
  feed(message: string): void {
    if (this.closed) return;
    let read: unknown;
    try {
      read = JSON.parse(message);
    } catch {
      return;
    }
    for (const one of Array.isArray(read) ? read : [read]) this.take(fields(one));
  }

  /** No more of it. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.wire.close();
    const open = [...this.waiting.values()];
    this.waiting.clear();
    for (const { method, failed } of open) failed(new Lost(`the socket closed before ${method} was answered`));
  }

  private take(message: Fields): void {
    const method = text(message, "method");
    if (method !== "") {
      this.wire.send(JSON.stringify({ jsonrpc: "2.0", id: message.id ?? null, result: { method } }));
      this.hooks.asked(method, fields(message.params));
      return;
    }
    const id = Number(message.id);
    const open = this.waiting.get(id);
    if (open === undefined) return;
    this.waiting.delete(id);
    if (message.error === undefined) {
      open.done(fields(message.result));
      return;
    }
    const error = fields(message.error);
    open.failed(new Refused(open.method, number(error, "code") ?? 0, text(error, "message"), error));
  }
}
