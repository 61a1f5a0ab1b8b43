interface Props {
  readonly name: string;
  /** The number of places, from 0. */
  readonly count: number;
  readonly at: number;
  /** What is at the cursor, read out. */
  readonly text: string;
  readonly onMove: (at: number) => void;
}

/** Moves through a picture, by arrow keys, mouse or finger. */
export function Cursor({ name, count, at, text, onMove }: Props) {
  return (
    <input
      type="range"
      class="cursor"
      min={0}
      max={Math.max(count - 1, 0)}
      step={1}
      value={at}
      aria-label={name}
      aria-valuetext={text}
      onInput={event => onMove(Number(event.currentTarget.value))}
    />
  );
}
