/** The board of who serves what: dragged, or moved by the keyboard, and saved as one change. */
import { computed, signal } from "@preact/signals";
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { fold } from "../desk/cases";
import { ask, Refused } from "../shared/api";
import { boot as read, t } from "../shared/page";
import { differences, put, spotOf, step, without, type Board, type Spot } from "./board";
import { Changes } from "./changes";
import { say } from "./forms";

export interface Person {
  key: string;
  name: string;
  kana: string;
}
interface Boot {
  season: string;
  address: string;
  seen: string;
  operators: Person[];
  queues: Board;
}

const KIND = "application/x-fsbridge-operator";
const saved = signal<Boot>({ season: "", address: "", seen: "", operators: [], queues: [] });
const board = signal<Board>([]);
const past = signal<readonly Board[]>([]);
const chosen = signal<{ queue: string; operator: string } | null>(null);
const adding = signal("");
const over = signal("");
const typed = signal("");
const asking = signal(false);
const refused = signal("");
const changes = computed(() => differences(saved.value.queues, board.value));

export const named = (operator: string) => saved.value.operators.find((one) => one.key === operator)?.name ?? operator;
export const queueName = (queue: string) => saved.value.queues.find((one) => one.key === queue)?.name ?? queue;
const spoken = (spot: Spot, operator: string) => ({ name: named(operator), queue: queueName(spot.queue), level: spot.level + 1, place: spot.place + 1 });

export function mount(place: HTMLElement): void {
  saved.value = read<Boot>();
  board.value = saved.value.queues;
  addEventListener("beforeunload", (event) => {
    if (changes.value.length > 0) event.preventDefault();
  });
  render(<Tiers />, place);
}

/** Takes a new board in and says so; `from` is the queue somebody was taken out of, "" for none. */
function change(next: Board | null, operator: string, queue: string, from: string): void {
  if (next === null) {
    say(spotOf(board.value, queue, operator) ? t("admin_tiers.already", { name: named(operator), queue: queueName(queue) }) : t("admin_tiers.edge"));
    return;
  }
  past.value = [...past.value.slice(-49), board.value];
  board.value = next;
  const spot = spotOf(next, queue, operator);
  const many = changes.value.length;
  const told = spot === null ? t("admin_tiers.gone", { name: named(operator), queue: queueName(queue) }) : t(from === "" ? "admin_tiers.added" : "admin_tiers.moved", spoken(spot, operator));
  say(`${told} ${t("admin_tiers.changes", { number: many })}`);
}

function move(way: "left" | "right" | "up" | "down"): void {
  if (chosen.value === null) return;
  const { queue, operator } = chosen.value;
  const next = step(board.value, operator, queue, way);
  if (next === null) {
    say(t("admin_tiers.edge"));
    return;
  }
  change(next.board, operator, next.queue, queue);
  chosen.value = { queue: next.queue, operator };
}

function takeOut(): void {
  if (chosen.value === null) return;
  const { queue, operator } = chosen.value;
  chosen.value = null;
  change(without(board.value, queue, operator), operator, queue, queue);
  document.getElementById(`queue-${queue}`)?.focus();
}

function undo(): void {
  const before = past.value.at(-1);
  if (before === undefined) return;
  past.value = past.value.slice(0, -1);
  board.value = before;
  chosen.value = null;
  say(t("admin_tiers.undone"));
}

function dropped(event: DragEvent, to: Spot): void {
  event.preventDefault();
  event.stopPropagation();
  over.value = "";
  const text = event.dataTransfer?.getData(KIND) ?? "";
  if (text === "") return;
  const [operator = "", from = ""] = JSON.parse(text) as [string, string];
  change(put(board.value, operator, to, from || null), operator, to.queue, from);
  chosen.value = null;
}

function allow(event: DragEvent, place: string): void {
  if (!event.dataTransfer?.types.includes(KIND)) return;
  event.preventDefault();
  event.stopPropagation();
  over.value = place;
}

async function save(): Promise<void> {
  refused.value = "";
  const queues = Object.fromEntries(board.value.map((one) => [one.key, one.levels]));
  try {
    const next = await ask<Boot>(saved.value.address, { queues, seen: saved.value.seen });
    saved.value = next;
    board.value = next.queues;
    past.value = [];
    asking.value = false;
    say(t("admin_tiers.saved"));
  } catch (error) {
    refused.value = error instanceof Refused ? error.message : String(error);
  }
}

function Tiers() {
  const many = changes.value.length;
  return (
    <>
      <p class="hint">{t("admin_tiers.hint")}</p>
      <div class="card row sticky tools">
        <strong class="num" role="status">
          {many ? t("admin_tiers.changes", { number: many }) : t("admin_tiers.no_changes")}
        </strong>
        <button type="button" class="small" disabled={past.value.length === 0} onClick={undo}>
          {t("admin_tiers.undo")}
        </button>
        <button
          type="button"
          class="small"
          disabled={many === 0}
          onClick={() => {
            past.value = [...past.value, board.value];
            board.value = saved.value.queues;
          }}
        >
          {t("admin_tiers.reset")}
        </button>
        <button type="button" class="primary end" disabled={many === 0} onClick={() => (asking.value = true)}>
          {t("admin_tiers.save")}
        </button>
      </div>
      <div class="board">
        <People />
        {board.value.map((queue) => (
          <section key={queue.key} class={`card queue${over.value === queue.key ? " over" : ""}`} aria-labelledby={`queue-${queue.key}`} onDragOver={(event) => allow(event, queue.key)} onDrop={(event) => dropped(event, { queue: queue.key, level: Math.max(0, queue.levels.length - 1), place: 999 })}>
            <h2 id={`queue-${queue.key}`} tabIndex={-1}>
              {queue.name} <span class="num muted">{t("admin_tiers.count", { number: queue.levels.flat().length })}</span>
            </h2>
            {queue.levels.length === 0 && <p class="notice error">{t("admin_tiers.nobody")}</p>}
            {queue.levels.map((people, level) => (
              <div key={level} class={`level${over.value === `${queue.key} ${level}` ? " over" : ""}`} onDragOver={(event) => allow(event, `${queue.key} ${level}`)} onDrop={(event) => dropped(event, { queue: queue.key, level, place: people.length })}>
                <h3>{t("admin_tiers.level", { level: level + 1 })}</h3>
                <ol>
                  {people.map((operator, place) => (
                    <Chip key={operator} operator={operator} spot={{ queue: queue.key, level, place }} />
                  ))}
                </ol>
              </div>
            ))}
            <div class={`level fresh${over.value === `${queue.key} new` ? " over" : ""}`} onDragOver={(event) => allow(event, `${queue.key} new`)} onDrop={(event) => dropped(event, { queue: queue.key, level: queue.levels.length, place: 0 })}>
              {t("admin_tiers.new_level")}
            </div>
          </section>
        ))}
      </div>
      {asking.value && <Changes changes={changes.value} refused={refused.value} close={() => (asking.value = false)} save={save} />}
    </>
  );
}

function Chip({ operator, spot }: { operator: string; spot: Spot }) {
  const mine = chosen.value?.queue === spot.queue && chosen.value.operator === operator;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (mine) button.current?.focus();
  }, [mine, spot.queue, spot.level, spot.place]);
  const keys: Record<string, () => void> = {
    ArrowLeft: () => move("left"),
    ArrowRight: () => move("right"),
    ArrowUp: () => move("up"),
    ArrowDown: () => move("down"),
    Delete: takeOut,
    Escape: () => (chosen.value = null),
  };
  return (
    <li class={over.value === `${spot.queue} ${operator}` ? "before" : ""} onDragOver={(event) => allow(event, `${spot.queue} ${operator}`)} onDrop={(event) => dropped(event, spot)}>
      <button
        ref={button}
        type="button"
        class="chip"
        draggable
        aria-pressed={mine}
        onClick={() => (chosen.value = mine ? null : { queue: spot.queue, operator })}
        onKeyDown={(event) => {
          const deed = mine ? keys[event.key] : undefined;
          if (deed === undefined) return;
          event.preventDefault();
          deed();
        }}
        onDragStart={(event) => event.dataTransfer?.setData(KIND, JSON.stringify([operator, spot.queue]))}
        onDragEnd={() => (over.value = "")}
      >
        <span class="num place" aria-hidden="true">
          {spot.place + 1}
        </span>{" "}
        {named(operator)}
        <span class="hidden-visually">{t("admin_tiers.standing", { queue: queueName(spot.queue), level: spot.level + 1, place: spot.place + 1 })}</span>
      </button>
      {mine && (
        <div class="moves" role="group" aria-label={t("admin_tiers.actions", { name: named(operator), queue: queueName(spot.queue) })}>
          {(["left", "up", "down", "right"] as const).map((way) => (
            <button key={way} type="button" class="small" aria-label={t(`admin_tiers.${way}`)} onClick={() => move(way)}>
              {{ left: "←", up: "↑", down: "↓", right: "→" }[way]}
            </button>
          ))}
          <button type="button" class="small danger" onClick={takeOut}>
            {t("admin_tiers.remove")}
          </button>
        </div>
      )}
    </li>
  );
}

function People() {
  const wanted = fold(typed.value);
  const found = saved.value.operators.filter((one) => [one.key, one.name, one.kana].some((text) => fold(text).includes(wanted)));
  return (
    <section class="card people" aria-labelledby="people">
      <h2 id="people">{t("admin_tiers.people")}</h2>
      <p class="hint">{t("admin_tiers.people_hint")}</p>
      <label>
        <span class="hidden-visually">{t("admin_tiers.find")}</span>
        <input type="search" placeholder={t("admin_tiers.find")} value={typed.value} onInput={(event) => (typed.value = event.currentTarget.value)} />
      </label>
      <ul>
        {found.map((one) => {
          const free = board.value.filter((queue) => spotOf(board.value, queue.key, one.key) === null);
          return (
            <li key={one.key}>
              <button type="button" class="chip" draggable aria-expanded={adding.value === one.key} onClick={() => (adding.value = adding.value === one.key ? "" : one.key)} onDragStart={(event) => event.dataTransfer?.setData(KIND, JSON.stringify([one.key, ""]))} onDragEnd={() => (over.value = "")}>
                <span class="muted num">{one.key}</span> {one.name}{" "}
                <span class={`num served${free.length === board.value.length ? " none" : ""}`}>{t("admin_tiers.serves", { number: board.value.length - free.length })}</span>
              </button>
              {adding.value === one.key && (
                <div class="moves" role="group" aria-label={t("admin_tiers.add_to")}>
                  {free.map((queue) => (
                    <button key={queue.key} type="button" class="small" onClick={() => change(put(board.value, one.key, { queue: queue.key, level: Math.max(0, queue.levels.length - 1), place: 999 }, null), one.key, queue.key, "")}>
                      ＋ {queue.name}
                    </button>
                  ))}
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
