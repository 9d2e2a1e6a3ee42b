/** Requests to the panel: JSON both ways, the page's CSRF token with each, refusals as sentences. */
import { t } from "./page";

/** The server refused, or could not be reached (status 0); `message` is for the reader, `about` the whole answer. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly about: unknown = null,
  ) {
    super(message);
  }
}

const token = () => document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";

/** Asks, and gives the answer; throws Refused. A session that is over leads to the log-in. */
export async function ask<T>(path: string, body?: unknown, method = body === undefined ? "GET" : "POST"): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", "X-CSRFToken": token() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  } catch {
    throw new Refused(t("common.server_lost"), 0);
  }
  if (answer.status === 401) {
    location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
    throw new Refused(t("common.logged_out"), 401);
  }
  const found = (await answer.json().catch(() => ({}))) as { error?: string };
  if (!answer.ok) throw new Refused(found.error ?? t("errors.http_500"), answer.status);
  return found as T;
}
