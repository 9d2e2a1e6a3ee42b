/** A switch for tests: speaks mod_verto's protocol as 1.11.1 does, and can be cut off, deaf or forgetful. */
import { fields, text, type Fields } from "../fields";
import type { OpenWire, WireHooks } from "../wire";

/** A call as the switch knows it. */
export interface SwitchCall {
  id: string;
  sessid: string;
  answered: boolean;
  held: boolean;
  detached: boolean;
  /** The cause, once it is over. */
  cause: string;
  keys: string;
}

class Socket {
  sessid = "";
  open = true;

  constructor(private readonly hooks: WireHooks, private readonly verto: FakeVerto) {}

  say(message: Fields): void {
    const written = JSON.stringify({ jsonrpc: "2.0", ...message });
    queueMicrotask(() => {
      if (this.open && this.verto.network) this.hooks.heard(written);
    });
  }

  /** Closed by the switch. */
  end(): void {
    this.open = false;
    if (this.verto.network) queueMicrotask(() => this.hooks.gone());
  }
}

export class FakeVerto {
  /** Without it sockets look open and carry nothing: a pulled cable. */
  network = true;
  /** Whether a new socket is taken. */
  up = true;
  /** Methods that are done and whose answer gets lost. */
  readonly forgetful = new Set<string>();
  /** Methods that are refused, and how. */
  readonly refuses = new Map<string, { code: number; message: string }>();
  password = "secret";
  readonly calls = new Map<string, SwitchCall>();
  /** Every request, in order. */
  readonly asked: { method: string; params: Fields }[] = [];
  /** Sessids that logged in, in order. */
  readonly logins: string[] = [];
  private readonly sockets = new Set<Socket>();
  private last = 0;

  readonly open: OpenWire = (_url, hooks) => {
    const socket = new Socket(hooks, this);
    if (this.network && this.up) {
      this.sockets.add(socket);
      queueMicrotask(() => socket.open && hooks.opened());
    } else if (this.network) socket.end();
    return {
      send: (message) => this.network && socket.open && this.take(socket, fields(JSON.parse(message))),
      close: () => {
        if (!socket.open) return;
        socket.open = false;
        if (this.network) this.gone(socket); // else the switch does not learn of it
      },
    };
  };

  /** The methods asked for, heartbeats left out. */
  get methods(): string[] {
    return this.asked.map(({ method }) => method).filter((method) => method !== "verto.ping");
  }

  /** Somebody calls the operator. */
  offer(id: string, number = "0761112222", name = "Taro"): SwitchCall {
    const sessid = this.logins.at(-1)!;
    const call = { id, sessid, answered: false, held: false, detached: false, cause: "", keys: "" };
    this.calls.set(id, call);
    this.ask(sessid, "verto.invite", {
      callID: id,
      sdp: "offer",
      caller_id_number: number,
      caller_id_name: name,
      display_direction: "outbound",
    });
    return call;
  }

  /** The far side hangs up, or the switch ends it. */
  hangup(id: string, cause = "NORMAL_CLEARING"): void {
    const call = this.calls.get(id)!;
    if (call.cause !== "") return;
    call.cause = cause;
    this.ask(call.sessid, "verto.bye", { callID: id, cause });
  }

  /** What the switch asks of a browser, outside of all rules. */
  ask(sessid: string, method: string, params: Fields): void {
    for (const socket of this.sockets) {
      if (socket.sessid === sessid) socket.say({ id: ++this.last, method, params });
    }
  }

  /** Every socket is cut, and both sides see it. */
  cut(): void {
    for (const socket of [...this.sockets]) {
      socket.end();
      this.gone(socket);
    }
  }

  /** Another tab logs in with this session. */
  punt(): void {
    for (const socket of [...this.sockets]) this.putOut(socket);
  }

  private take(socket: Socket, message: Fields): void {
    const method = text(message, "method");
    if (method === "") return; // answers are not read
    const params = fields(message.params);
    this.asked.push({ method, params });
    let said: Fields;
    try {
      const refusal = this.refuses.get(method);
      if (refusal !== undefined) throw refusal;
      said = { result: this.run(socket, method, params) };
    } catch (error) {
      said = { error };
    }
    if (!this.forgetful.has(method)) socket.say({ id: message.id, ...said });
    if (method === "login" && socket.sessid !== "") this.welcome(socket);
  }

  private run(socket: Socket, method: string, params: Fields): Fields {
    if (method === "login") return this.logIn(socket, params);
    if (socket.sessid === "") throw { code: -32000, message: "Authentication Required" };
    if (method === "verto.ping") return { message: "PONG" };
    const dialog = fields(params.dialogParams);
    const id = text(dialog, "callID");
    if (method === "verto.invite") return this.invite(socket, id, text(dialog, "destination_number"));
    const call = this.calls.get(id);
    if (call === undefined || call.cause !== "") throw { code: -32002, message: "CALL DOES NOT EXIST" };
    if (method === "verto.answer") call.answered = true;
    else if (method === "verto.attach") call.held = false; // the new description ends a hold
    else if (method === "verto.info") call.keys += text(params, "dtmf");
    else if (method === "verto.bye") call.cause = text(params, "cause");
    else if (method === "verto.modify") return this.modify(call, text(params, "action"), params);
    else throw { code: -32601, message: "Invalid Method, Missing Method or Permission Denied" };
    return {};
  }

  private logIn(socket: Socket, params: Fields): Fields {
    if (params.passwd !== this.password) throw { code: -32001, message: "Authentication Failure" };
    socket.sessid = text(params, "sessid");
    for (const other of [...this.sockets]) {
      if (other !== socket && other.sessid === socket.sessid) this.putOut(other);
    }
    this.logins.push(socket.sessid);
    return { message: "logged in", sessid: socket.sessid };
  }

  private welcome(socket: Socket): void {
    const mine = [...this.calls.values()].filter((call) => call.detached && call.sessid === socket.sessid);
    for (const call of mine) {
      call.detached = false;
      this.ask(call.sessid, "verto.attach", { callID: call.id, sdp: "offer again", display_direction: "outbound" });
    }
    this.ask(socket.sessid, "verto.clientReady", { reattached_sessions: mine.map((call) => call.id) });
  }

  private invite(socket: Socket, id: string, number: string): Fields {
    const call = { id, sessid: socket.sessid, answered: false, held: false, detached: false, cause: "", keys: "" };
    this.calls.set(id, call);
    if (number === "555") queueMicrotask(() => this.hangup(id, "NO_ROUTE_DESTINATION"));
    else if (number !== "800") {
      call.answered = true;
      queueMicrotask(() => this.ask(call.sessid, "verto.answer", { callID: id, sdp: "answer" }));
    }
    return { message: "CALL CREATED", callID: id };
  }

  private modify(call: SwitchCall, action: string, params: Fields): Fields {
    if (action === "hold" || action === "unhold") call.held = action === "hold";
    if (action === "transfer") queueMicrotask(() => this.hangup(call.id));
    if (action === "replace") {
      const other = text(params, "replaceCallID");
      queueMicrotask(() => [call.id, other].forEach((id) => this.hangup(id, "ATTENDED_TRANSFER")));
    }
    return { callID: call.id, action, holdState: call.held ? "held" : "active" };
  }

  private putOut(socket: Socket): void {
    socket.say({ id: ++this.last, method: "verto.punt", params: {} });
    queueMicrotask(() => {
      socket.end();
      this.gone(socket);
    });
    this.detach(socket);
    this.sockets.delete(socket);
  }

  private gone(socket: Socket): void {
    if (this.sockets.delete(socket)) this.detach(socket);
  }

  private detach(socket: Socket): void {
    for (const call of this.calls.values()) {
      if (call.sessid !== socket.sessid || call.cause !== "") continue;
      if (call.answered) call.detached = true;
      else call.cause = "DESTINATION_OUT_OF_ORDER";
    }
  }
}
