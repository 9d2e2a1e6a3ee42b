/** A talk script as it is drawn, at the desk and where it is written. */
import type { Block, Line, Step } from "../desk/script";

export function Drawn({ block }: { block: Block }) {
  if (block.kind === "steps") return <Steps steps={block.steps} />;
  return (
    <p class={block.said ? "aloud" : ""}>
      {block.lines.map((line, at) => (
        <span key={at} class="line">
          <Text line={line} />
        </span>
      ))}
    </p>
  );
}

function Steps({ steps }: { steps: readonly Step[] }) {
  const Tag = steps[0]?.number != null ? "ol" : "ul";
  return (
    <Tag start={Tag === "ol" ? (steps[0]?.number ?? 1) : undefined}>
      {steps.map((step, at) => (
        <li key={at}>
          <Text line={step.line} />
          {step.below.length > 0 && <Steps steps={step.below} />}
        </li>
      ))}
    </Tag>
  );
}

function Text({ line }: { line: Line }) {
  return (
    <>
      {line.map((piece, at) => (piece.mark ? <mark key={at}>{piece.text}</mark> : <span key={at}>{piece.text}</span>))}
    </>
  );
}
