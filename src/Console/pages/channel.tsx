import { useApi } from "../api/use.js";
import { ErrorBox, Shown } from "../parts/states.js";
import { Tabs } from "../parts/tabs.js";
import { Title } from "../parts/title.js";
import type { PageProps } from "../shell/pages.js";
import { useQuery } from "../shell/router.js";
import { may, useMe } from "../shell/session.js";
import { named, t, type TextKey } from "../text/text.js";
import { Figures, explanation } from "./channels/card.js";
import { Lag, useLag } from "./channels/lag.js";
import { stateOf, toneOf } from "./channels/state.js";
import { address } from "../shell/router.js";
import { Actions } from "./channel/actions.js";
import { DeadLetters } from "./channel/dead-letters.js";
import { Drifts, Locations, Mappings, Orders, Oversells } from "./channel/lists.js";
import { Numbers } from "./channel/numbers.js";
import { Settings } from "./channel/settings.js";

const Parts = ["numbers", "dead-letters", "drifts", "oversells", "orders", "mappings", "locations", "settings"] as const;
type Part = (typeof Parts)[number];

/** One channel: what may be promised there, what it has, what failed, and its settings. */
export default function Channel({ parts }: PageProps) {
  const [query] = useQuery();
  const me = useMe();
  const id = parts["id"] ?? "";
  const channel = useApi("GET /v1/channels/{id}", { path: { id } }, { topics: ["channel"] });
  const lag = useLag(id);
  const asked = query.get("show");
  const shown: Part = Parts.find(part => part === asked) ?? "numbers";
  const mayAct = may(me, "PUT /v1/channels/{id}");
  if (channel.error?.status === 404) {
    return (
      <>
        <Title text={t("channel.title", { id })} />
        <ErrorBox error={channel.error} />
      </>
    );
  }

  return (
    <>
      <Title text={t("channel.title", { id })}>{channel.data && mayAct && <Actions channel={channel.data} onDone={channel.readAgain} />}</Title>
      <Shown of={channel}>
        {answer => {
          const state = stateOf(answer);
          return (
            <section class={`card ${toneOf(state)}`} aria-label={t("channel.state")}>
              <p>
                <span class={`tag ${toneOf(state)}`}>{named("channel.state", state)}</span> {explanation(answer)}
              </p>
              <Lag channel={answer} of={lag} />
              <Figures channel={answer} open={show => address("/console/channels/{id}", { id }, { show })} />
            </section>
          );
        }}
      </Shown>
      <Tabs
        name={t("channel.parts")}
        shown={shown}
        of={Parts.map(part => [part, t(`channel.${part}` as TextKey), part === "dead-letters" ? (channel.data?.status?.deadLetters ?? null) : null] as const)}
      />
      <section>
        {shown === "numbers" ? (
          <Numbers id={id} mayAct={mayAct} />
        ) : shown === "dead-letters" ? (
          <DeadLetters id={id} mayAct={mayAct} />
        ) : shown === "drifts" ? (
          <Drifts id={id} />
        ) : shown === "oversells" ? (
          <Oversells id={id} />
        ) : shown === "orders" ? (
          <Orders id={id} />
        ) : shown === "mappings" ? (
          <Mappings id={id} mayAct={mayAct} />
        ) : shown === "locations" ? (
          <Locations id={id} mayAct={mayAct} />
        ) : (
          <Settings channel={channel} mayAct={mayAct} />
        )}
      </section>
    </>
  );
}
