import { usePages } from "../api/pages.js";
import type { LocationAccuracy, PositionAccuracy } from "../api/types.js";
import { Choice, TextField } from "../parts/fields.js";
import { Empty, Shown } from "../parts/states.js";
import { More, Table } from "../parts/table.js";
import { Title } from "../parts/title.js";
import { Plot } from "../plots/plot.js";
import type { PageProps } from "../shell/pages.js";
import { address, usePlace, useQuery, withQuery } from "../shell/router.js";
import { percent, quantity, signed } from "../text/format.js";
import { named, positionName, t } from "../text/text.js";
import type { Draft } from "./rules/draft.js";

const MostDrawn = 20,
  Row = 26;

/** How exact our numbers are, place by place, and which positions differ again and again. */
export default function Accuracy(_: PageProps) {
  const [query, setQuery] = useQuery();
  const [system, location, sku] = [query.get("system"), query.get("location"), query.get("sku")];
  const days = query.get("days") ?? "30";
  const list = usePages("GET /v1/reconciliations/accuracy", { query: { system, location, sku, days, limit: 100 } }, { topics: ["reconciliation"] });
  return (
    <>
      <Title text={t("drift.accuracy")}>
        <a class="button" href="/console/reconciliation">
          {t("nav.reconciliation")}
        </a>
      </Title>
      <div class="filters">
        <TextField label={t("drift.system")} value={system} onChange={value => setQuery({ system: value })} />
        <TextField label={t("filter.location")} value={location} onChange={value => setQuery({ location: value })} />
        <TextField label={t("filter.sku")} value={sku} onChange={value => setQuery({ sku: value })} />
        <Choice
          label={t("position.range")}
          value={days}
          choices={["7", "30", "90", "365"].map(each => [each, t("drift.days", { days: each })] as const)}
          onChange={value => setQuery({ days: value === "30" ? null : value })}
        />
      </div>
      <Shown of={list}>
        {data => (
          <>
            {data.places.length > 0 && <Places places={data.places} />}
            <h2>{t("drift.repeated")}</h2>
            <Repeated rows={list.rows} />
            <More of={list} />
          </>
        )}
      </Shown>
    </>
  );
}

/** The places of which the fewest positions agree, the worst first. */
function Places({ places }: { places: readonly LocationAccuracy[] }) {
  const place = usePlace();
  const worst = places.toSorted((one, other) => one.accuracy - other.accuracy).slice(0, MostDrawn);
  const first = worst[0]!;
  return (
    <Plot
      name={t("drift.places")}
      sentence={t("drift.places.sentence", { system: first.system, location: first.location, share: percent(first.accuracy) })}
      height={worst.length * Row + 8}
      table={
        <Table
          name={t("drift.places")}
          rows={places}
          keyOf={row => `${row.system} ${row.location}`}
          empty={null}
          columns={[
            { key: "system", title: t("drift.system"), cell: row => row.system },
            { key: "location", title: t("filter.location"), cell: row => row.location },
            { key: "runs", title: t("drift.runs"), cell: row => quantity(row.runs), isNumber: true },
            { key: "compared", title: t("drift.compared"), cell: row => quantity(row.compared), isNumber: true },
            { key: "matching", title: t("drift.matching"), cell: row => quantity(row.matching), isNumber: true },
            { key: "accuracy", title: t("drift.accuracy"), cell: row => percent(row.accuracy), isNumber: true },
          ]}
        />
      }
    >
      {width => {
        const left = Math.min(170, width * 0.4);
        const room = width - left - 70;
        return worst.map((row, index) => (
          <a key={`${row.system} ${row.location}`} href={withQuery(place, { system: row.system, location: row.location })}>
            <text x={left - 8} y={index * Row + 18} text-anchor="end" class="label">
              {row.system} · {row.location}
            </text>
            <rect x={left} y={index * Row + 5} width={room} height={Row - 9} class="rest" />
            <rect x={left} y={index * Row + 5} width={Math.max(room * row.accuracy, 1)} height={Row - 9} class="sum" />
            <text x={left + room + 6} y={index * Row + 18}>
              {percent(row.accuracy)}
            </text>
          </a>
        ));
      }}
    </Plot>
  );
}

function Repeated({ rows }: { rows: readonly PositionAccuracy[] }) {
  return (
    <Table
      name={t("drift.repeated")}
      rows={rows}
      keyOf={row => `${row.system} ${row.sku} ${row.location}`}
      open={row => address("/console/stock/{sku}/{location}", { sku: row.sku, location: row.location })}
      empty={<Empty filters={["system", "location", "sku"]}>{t("drift.repeated.none")}</Empty>}
      columns={[
        { key: "position", title: t("drift.position"), cell: row => positionName(row) },
        { key: "system", title: t("drift.system"), cell: row => row.system },
        { key: "drifts", title: t("drift.times"), cell: row => quantity(row.drifts), isNumber: true },
        { key: "overstated", title: t("drift.overstated"), cell: row => quantity(row.overstated), isNumber: true },
        {
          key: "evidence",
          title: t("drift.evidence"),
          cell: row =>
            row.evidence.slice(0, 5).map(each => (
              <>
                <a
                  href={address("/console/reconciliation", {}, { state: "all", sku: row.sku, location: row.location, drift: `${each.run}/${each.n}` })}
                  title={named("cause", each.cause)}
                >
                  {signed(each.difference)}
                </a>{" "}
              </>
            )),
        },
        {
          key: "draft",
          title: t("drift.draft"),
          cell: row =>
            row.draft && (
              <>
                <a href={address("/console/what-if", {}, { rule: JSON.stringify(draftFrom(row.draft)) })}>
                  {t("drift.draft.take", { quantity: quantity(row.draft.quantity) })}
                </a>
                <br />
                <small>{row.draft.reason}</small>
              </>
            ),
        },
      ]}
    />
  );
}

/** The draft of a safety stock as the rule form has it. */
function draftFrom(draft: NonNullable<PositionAccuracy["draft"]>): Draft {
  return { kind: "safety-stock", mode: "fixed", level: "location", sku: draft.sku, location: draft.location, quantity: String(draft.quantity) };
}
