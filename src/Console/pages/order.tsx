import { useApi } from "../api/use.js";
import { Shown } from "../parts/states.js";
import { Title } from "../parts/title.js";
import type { PageProps } from "../shell/pages.js";
import { address } from "../shell/router.js";
import { has, useMe } from "../shell/session.js";
import { named, t } from "../text/text.js";
import { Messages } from "./order/messages.js";
import { Units } from "./order/units.js";

/** One order of a channel: what became of what was ordered, and the messages that said so. */
export default function Order({ parts }: PageProps) {
  const me = useMe();
  const path = { id: parts["id"] ?? "", order: parts["order"] ?? "" };
  const order = useApi(
    "GET /v1/channels/{id}/orders/{order}",
    { path },
    { topics: ["reservation", "channel"], concerns: hint => hint.topic === "reservation" },
  );
  const isInside = has(me, ["planner", "finance", "ops"]);
  return (
    <>
      <Title text={t("order.title", { order: path.order, channel: path.id })}>
        <a class="button" href={address("/console/channels/{id}", { id: path.id }, { show: "orders" })}>
          {t("order.all")}
        </a>
        {order.data?.reservation && (
          <a class="button" href={address("/console/reservations/{id}", { id: order.data.reservation }, { channel: path.id })}>
            {t("order.reservation")}
          </a>
        )}
        {isInside && order.data?.state === "oversold" && (
          <a class="button primary" href={address("/console/channels/{id}/oversells/{order}", path)}>
            {t("order.why-oversold")}
          </a>
        )}
      </Title>
      <Shown of={order}>
        {answer => (
          <>
            <p>
              <span class={`tag ${toneOf(answer.state)}`}>{named("order", answer.state)}</span>{" "}
              {answer.revision !== null && t("order.revision.sentence", { revision: answer.revision })}
            </p>
            <Units lines={answer.lines} canSeeStock={isInside} />
            <Messages messages={answer.messages} />
          </>
        )}
      </Shown>
    </>
  );
}

function toneOf(state: string): string {
  return state === "oversold" || state === "quarantined" ? "bad" : state === "fulfilled" || state === "confirmed" ? "good" : "warn";
}
