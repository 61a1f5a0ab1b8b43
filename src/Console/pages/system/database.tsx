import type { OperationsAnswer } from "../../api/types.js";
import { Table } from "../../parts/table.js";
import { BarList, barListHeight } from "../../plots/bar-list.js";
import { Plot } from "../../plots/plot.js";
import { bytes, quantity } from "../../text/format.js";
import { t } from "../../text/text.js";

/** As many tables as are drawn; the others are in the table. */
const Most = 8;

/** What the database takes, the largest tables first. */
export function Database({ answer: { database } }: { answer: OperationsAnswer }) {
  const tables = database.tables.toSorted((one, other) => other.bytes - one.bytes);
  const shown = tables.slice(0, Most);
  return (
    <Plot
      name={t("system.database")}
      sentence={t("system.database.sentence", { size: bytes(database.bytes), connections: quantity(database.connections), table: tables[0]?.name ?? "–" })}
      height={barListHeight(shown.length)}
      table={
        <Table
          name={t("system.database")}
          rows={tables}
          keyOf={table => table.name}
          empty={null}
          columns={[
            { key: "name", title: t("system.table"), cell: table => table.name },
            { key: "bytes", title: t("system.size"), cell: table => bytes(table.bytes), isNumber: true },
            { key: "rows", title: t("system.rows"), cell: table => quantity(table.rows), isNumber: true },
          ]}
        />
      }
    >
      {width => (
        <BarList
          width={width}
          bars={shown.map(table => ({
            key: table.name,
            label: table.name,
            value: table.bytes,
            text: bytes(table.bytes),
            note: t("system.rows.some", { rows: quantity(table.rows) }),
          }))}
        />
      )}
    </Plot>
  );
}
