/** One soft two-tone chime, for the moment a figure enters alarm. */
let context: AudioContext | null = null;

export function allowed(): boolean {
  return context !== null && context.state === "running";
}

export async function allow(): Promise<void> {
  context ??= new AudioContext();
  await context.resume();
}

export function chime(): void {
  if (context === null || context.state !== "running") return;
  const start = context.currentTime;
  for (const [at, pitch] of [[0, 880], [0.22, 660]] as const) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, start + at);
    volume.gain.linearRampToValueAtTime(0.25, start + at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + at + 0.5);
    tone.connect(volume).connect(context.destination);
    tone.start(start + at);
    tone.stop(start + at + 0.55);
  }
}
