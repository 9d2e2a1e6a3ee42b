/** Numbers as people type them, with or without an IME, as the switch wants them. */

/** Hyphens of every keyboard and font, the IME's long-vowel mark among them, brackets, dots, spaces. */
const ORNAMENTS = /[-‐-―−ー－ｰ(). ]/g;

/** The number to dial; fails if it is none: `０７６－２２０` is `076220`. */
export function dialable(typed: string): string {
  const number = typed.normalize("NFKC").trim().replace(ORNAMENTS, "");
  if (!/^\+?[0-9*#]{1,32}$/.test(number)) throw new RangeError(`no number that can be dialled: ${typed}`);
  return number;
}

/** The keys to send; fails if one is no key of a telephone. */
export function keys(typed: string): string {
  const pressed = typed.normalize("NFKC").toUpperCase();
  if (!/^[0-9*#A-D]{1,32}$/.test(pressed)) throw new RangeError(`no keys of a telephone: ${typed}`);
  return pressed;
}
