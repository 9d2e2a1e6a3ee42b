/** The desk as one page: a screen for each situation, the card of an arriving call, what is opened over it. */
import { t } from "../shared/page";
import { Alert } from "./alert";
import { Caller } from "./caller";
import { Controls, Pad } from "./controls";
import { Foot, Messages } from "./foot";
import { Full, Gone, NoOperator, OtherTab, Taken, Welcome } from "./gates";
import { Help } from "./help";
import { Script } from "./scriptview";
import { SelfTest } from "./selftest";
import { duty, pop, screen, sheet } from "./state";
import { StatusCard } from "./status";
import type { Status } from "./types";
import { colour, mark } from "./words";
import { Strips } from "./strips";
import { Transfer } from "./transfer";
import { Writing, writing } from "./writing";

const GATES = {
  "no operator": NoOperator,
  welcome: Welcome,
  full: Full,
  taken: Taken,
  gone: Gone,
  "other tab": OtherTab,
  "self-test": SelfTest,
};

export function Desk() {
  const where = screen.value;
  if (where === "loading") return <p class="hint gate">{t("common.loading")}</p>;
  const Gate = where === "desk" ? null : GATES[where];
  return (
    <>
      <h1 class="hidden-visually">{t("desk.title")}</h1>
      <Strips />
      {Gate ? <Gate /> : <Work />}
      <Alert />
      {sheet.value === "keys" && <Help />}
      {sheet.value === "messages" && <Messages />}
      {sheet.value === "transfer" && <Transfer />}
    </>
  );
}

function Work() {
  const doing = duty.value;
  const call = doing !== null && (doing.leg !== "" || doing.call !== "");
  const about = call || writing.value ? pop.value : null;
  return (
    <>
      <div class="work">
        <div class="left">
          <StatusCard />
          <Controls />
          <Pad />
        </div>
        <div class="centre">
          {about ? <Caller about={about} /> : <Idle doing={doing?.status ?? "away"} />}
          {about && <Script />}
        </div>
        <Writing />
      </div>
      <Foot />
    </>
  );
}

function Idle({ doing }: { doing: Status }) {
  const ready = doing === "ready";
  return (
    <section class="card idle">
      <p class={`big-mark ${colour(doing)}`} aria-hidden="true">
        {mark(doing)}
      </p>
      <h2>{ready ? t("desk.idle_title") : t("desk.not_ready_title")}</h2>
      <p class="muted">{ready ? t("desk.idle_hint") : t("desk.not_ready_hint")}</p>
    </section>
  );
}
