import { useState } from "preact/hooks";
import type { OrderMessageShown } from "../../api/types.js";
import { Table } from "../../parts/table.js";
import { Time } from "../../parts/time.js";
import { Cursor } from "../../plots/cursor.js";
import { LifeHeight, LifeLine, type Shapes } from "../../plots/life-line.js";
import { Plot } from "../../plots/plot.js";
import { time } from "../../text/format.js";
import { counted, named, t } from "../../text/text.js";

const ShapeOf: Readonly<Record<string, keyof typeof Shapes>> = {
  "order": "square",
  "change": "diamond",
  "cancellation": "cross",
  "shipment": "arrow",
  "shipment-cancelled": "hourglass",
  "return": "up",
  "ready": "circle",
  "collected": "down",
  "not-collected": "hourglass",
};

/** How each is coloured, in the kinds of steps that there are. */
const KindOf: Readonly<Record<string, string>> = {
  "cancellation": "released",
  "shipment-cancelled": "released",
  "not-collected": "released",
  "shipment": "fulfilled",
  "collected": "fulfilled",
};

/** The messages of an order in the order of arrival, as a line. */
export function Messages({ messages }: { messages: readonly OrderMessageShown[] }) {
  const [at, setAt] = useState(messages.length - 1);
  const chosen = Math.min(at, messages.length - 1);
  const [first, last] = [messages[0], messages.at(-1)];
  if (first === undefined || last === undefined) {
    return null;
  }

  const until = Date.parse(last.recordedAt);
  const text = said(messages[chosen]!);
  return (
    <Plot
      name={t("order.messages")}
      sentence={counted("order.messages.sentence", messages.length, { first: time(first.recordedAt), last: time(last.recordedAt) })}
      height={LifeHeight}
      table={<List messages={messages} />}
      below={
        <>
          <Cursor name={t("order.message")} count={messages.length} at={chosen} text={text} onMove={setAt} />
          <p class="hint">{text}</p>
          <List messages={messages} />
        </>
      }
    >
      {width => (
        <LifeLine
          steps={messages.map(message => ({
            key: message.id,
            at: Date.parse(message.recordedAt),
            kind: KindOf[message.type] ?? "",
            shape: ShapeOf[message.type] ?? "diamond",
            label: named("order.message", message.type),
            title: said(message),
          }))}
          livesUntil={until}
          to={until + 1_000}
          ends={null}
          width={width}
          chosen={chosen}
          onChoose={setAt}
        />
      )}
    </Plot>
  );
}

function said(message: OrderMessageShown): string {
  return [named("order.message", message.type), time(message.recordedAt), message.state && named("order.outcome", message.state), message.by]
    .filter(part => part)
    .join(" · ");
}

function List({ messages }: { messages: readonly OrderMessageShown[] }) {
  return (
    <Table
      name={t("order.messages")}
      rows={messages}
      keyOf={message => message.id}
      empty={null}
      columns={[
        { key: "type", title: t("order.message"), cell: message => named("order.message", message.type) },
        { key: "recorded", title: t("hop.arrived"), cell: message => <Time at={message.recordedAt} /> },
        { key: "state", title: t("order.outcome"), cell: message => message.state && named("order.outcome", message.state) },
        { key: "occurred", title: t("order.occurred"), cell: message => <Time at={message.occurredAt} /> },
        { key: "revision", title: t("order.revision"), cell: message => message.revision, isNumber: true },
        { key: "by", title: t("position.by"), cell: message => message.by },
        { key: "id", title: t("order.message-id"), cell: message => <code>{message.id}</code> },
      ]}
    />
  );
}
