import type { MatrixAnswer } from "../../api/types.js";
import { useApi } from "../../api/use.js";
import { Choice, TextField } from "../../parts/fields.js";
import { Shown } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Heat, heatHeight, type HeatCell } from "../../plots/heat.js";
import { Lines, LineStyles } from "../../plots/lines.js";
import { Plot } from "../../plots/plot.js";
import { usePlace, useQuery, withQuery, type Place } from "../../shell/router.js";
import { day, percent, quantity } from "../../text/format.js";
import { named, t } from "../../text/text.js";
import { Runs } from "./run.js";

const MostRows = 20,
  MostColumns = 31,
  Height = 190,
  Day = 86_400_000;

/** Where numbers differ, as a heat map, and beside it how exact they were day by day. */
export function Overview() {
  const [query, setQuery] = useQuery();
  const [rows, columns] = [query.get("rows") ?? "location", query.get("columns") ?? "class"];
  const system = query.get("system");
  const days = query.get("days") ?? "7";
  const daily = useApi("GET /v1/reconciliations/matrix", { query: { rows: "system", columns: "day", system, days: 30 } }, { topics: ["reconciliation"] });
  return (
    <>
      <div class="filters">
        <Choice
          label={t("drift.rows")}
          value={rows}
          choices={["location", "system"].map(each => [each, named("drift.rows", each)] as const)}
          onChange={value => setQuery({ rows: value === "location" ? null : value })}
        />
        <Choice
          label={t("drift.columns")}
          value={columns}
          choices={["class", "cause", "day"].map(each => [each, named("drift.columns", each)] as const)}
          onChange={value => setQuery({ columns: value === "class" ? null : value })}
        />
        <Choice
          label={t("position.range")}
          value={days}
          choices={["1", "7", "14", "31"].map(each => [each, t("drift.days", { days: each })] as const)}
          onChange={value => setQuery({ days: value === "7" ? null : value })}
        />
        <TextField label={t("drift.system")} value={system} onChange={value => setQuery({ system: value })} />
      </div>
      <div class="halves">
        <Matrix key={`${rows} ${columns}`} rows={rows} columns={columns} system={system} days={days} />
        <Shown of={daily}>{answer => <Accuracy answer={answer} />}</Shown>
      </div>
      <Runs system={system} />
    </>
  );
}

function share(cell: { readonly compared: number; readonly drifting: number }): number {
  return cell.compared === 0 ? 0 : cell.drifting / cell.compared;
}

function columnName(columns: string, column: string): string {
  return columns === "cause" ? named("cause", column) : columns === "day" ? day(`${column}T12:00:00Z`) : column;
}

/** The list that a cell leads to; drifts cannot be asked for by class, so such a cell leads to its row. */
function leadsTo(place: Place, rows: string, columns: string, row: string, column: string): string {
  const next = columns === "day" ? new Date(Date.parse(`${column}T00:00:00Z`) + Day).toISOString() : null;
  return withQuery(place, {
    [rows]: row,
    state: "all",
    drift: null,
    ...(columns === "cause" ? { cause: column } : {}),
    ...(columns === "day" ? { from: `${column}T00:00:00Z`, to: next } : {}),
  });
}

interface Asked {
  readonly rows: string;
  readonly columns: string;
}

/** One for each choice of rows and columns: an answer says nothing of what was asked. */
function Matrix({ rows, columns, system, days }: Asked & { system: string | null; days: string }) {
  const matrix = useApi("GET /v1/reconciliations/matrix", { query: { rows, columns, system, days } }, { topics: ["reconciliation"] });
  return <Shown of={matrix}>{answer => <Picture answer={answer} rows={rows} columns={columns} />}</Shown>;
}

function Picture({ answer, rows, columns }: Asked & { answer: MatrixAnswer }) {
  const place = usePlace();
  const worst = answer.rows.toSorted((one, other) => share(other) - share(one)).slice(0, MostRows);
  const names = [...new Set(answer.cells.map(cell => cell.column))].sort().slice(-MostColumns);
  const cells = answer.cells.map((cell): HeatCell => {
    const text = percent(Math.round(share(cell) * 1_000) / 1_000);
    return {
      row: cell.row,
      column: cell.column,
      share: share(cell),
      text,
      title: t("drift.cell", {
        row: cell.row,
        column: columnName(columns, cell.column),
        drifting: quantity(cell.drifting),
        compared: quantity(cell.compared),
        share: text,
      }),
      href: leadsTo(place, rows, columns, cell.row, cell.column),
      isChosen: place.query.get(rows) === cell.row && (columns !== "cause" || place.query.get("cause") === cell.column),
    };
  });
  const first = worst[0];
  return (
    <Plot
      name={t("drift.matrix")}
      sentence={
        first === undefined
          ? t("drift.matrix.none")
          : t("drift.matrix.sentence", { row: first.row, drifting: quantity(first.drifting), compared: quantity(first.compared), share: percent(share(first)) })
      }
      height={heatHeight(worst.length)}
      table={
        <Table
          name={t("drift.matrix")}
          rows={answer.cells}
          keyOf={cell => `${cell.row} ${cell.column}`}
          empty={null}
          columns={[
            { key: "row", title: named("drift.rows", rows), cell: cell => cell.row },
            {
              key: "column",
              title: named("drift.columns", columns),
              cell: cell => <a href={leadsTo(place, rows, columns, cell.row, cell.column)}>{columnName(columns, cell.column)}</a>,
            },
            { key: "compared", title: t("drift.compared"), cell: cell => quantity(cell.compared), isNumber: true },
            { key: "drifting", title: t("drift.drifting"), cell: cell => quantity(cell.drifting), isNumber: true },
            { key: "share", title: t("drift.share"), cell: cell => percent(share(cell)), isNumber: true },
          ]}
        />
      }
    >
      {width => <Heat rows={worst.map(row => row.row)} columns={names.map(key => ({ key, label: columnName(columns, key) }))} cells={cells} width={width} />}
    </Plot>
  );
}

function Accuracy({ answer }: { answer: MatrixAnswer }) {
  const systems = answer.rows.slice(0, LineStyles);
  const lines = systems.map(({ row }) => ({
    key: row,
    label: row,
    points: answer.cells.filter(cell => cell.row === row).map(cell => ({ at: Date.parse(`${cell.column}T12:00:00Z`), value: 1 - share(cell) })),
  }));
  return (
    <Plot
      name={t("drift.accuracy.daily")}
      sentence={systems.map(row => t("drift.accuracy.sentence", { system: row.row, share: percent(1 - share(row)) })).join(" ")}
      height={Height}
      legend={systems.map((row, index) => (
        <li key={row.row} class={`key series-key-${index}`}>
          {row.row}
        </li>
      ))}
      table={
        <Table
          name={t("drift.accuracy.daily")}
          rows={answer.cells}
          keyOf={cell => `${cell.row} ${cell.column}`}
          empty={null}
          columns={[
            { key: "system", title: t("drift.system"), cell: cell => cell.row },
            { key: "day", title: t("drift.columns.day"), cell: cell => columnName("day", cell.column) },
            { key: "compared", title: t("drift.compared"), cell: cell => quantity(cell.compared), isNumber: true },
            { key: "share", title: t("drift.accuracy"), cell: cell => percent(1 - share(cell)), isNumber: true },
          ]}
        />
      }
    >
      {width => (
        <Lines
          lines={lines}
          from={Date.parse(answer.from)}
          to={Date.parse(answer.from) + 30 * Day}
          width={width}
          height={Height}
          least={1}
          most={1}
          text={percent}
        />
      )}
    </Plot>
  );
}
