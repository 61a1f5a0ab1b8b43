import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { t } from "../text/text.js";

interface Props {
  readonly name: string;
  /** What the picture shows, in a sentence. */
  readonly sentence: string;
  readonly height: number;
  /** The same as a table, for who would rather read. */
  readonly table: ComponentChildren;
  /** Draws into a width. */
  readonly children: (width: number) => ComponentChildren;
  readonly legend?: ComponentChildren;
  readonly below?: ComponentChildren;
}

/** A picture of numbers: a figure with a name, a sentence, and the same as a table. */
export function Plot({ name, sentence, height, table, children, legend, below }: Props) {
  const id = useId();
  const [isTable, setTable] = useState(false);
  const [width, setWidth] = useState(0);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const measured = box.current;
    if (measured === null) {
      return;
    }

    const observer = new ResizeObserver(entries => setWidth(Math.floor(entries[0]?.contentRect.width ?? 0)));
    observer.observe(measured);
    return () => observer.disconnect();
  }, [isTable]);

  return (
    <figure class="plot" aria-labelledby={`${id}-name`} aria-describedby={`${id}-sentence`}>
      <figcaption>
        <span id={`${id}-name`} class="name">
          {name}
        </span>
        <button type="button" class="plain" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? t("plot.as-plot") : t("plot.as-table")}
        </button>
      </figcaption>
      <p id={`${id}-sentence`} class="sentence">
        {sentence}
      </p>
      {isTable ? (
        table
      ) : (
        <>
          {legend && <ul class="legend">{legend}</ul>}
          <div ref={box} class="drawn">
            {width > 0 && (
              <svg
                width={width}
                height={height}
                viewBox={`0 0 ${width} ${height}`}
                role="group"
                aria-labelledby={`${id}-name`}
                aria-describedby={`${id}-sentence`}
              >
                {children(width)}
              </svg>
            )}
          </div>
          {below}
        </>
      )}
    </figure>
  );
}

/** Hatchings, so that bands differ by more than colour. */
export function Hatches({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={`${id}-hatch`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line y2="6" class="hatch" />
      </pattern>
      <pattern id={`${id}-dense`} width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
        <line y2="3" class="hatch" />
      </pattern>
      <pattern id={`${id}-dots`} width="5" height="5" patternUnits="userSpaceOnUse">
        <circle cx="2" cy="2" r="1" class="dot" />
      </pattern>
    </defs>
  );
}
