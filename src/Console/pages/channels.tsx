import { Empty, Shown } from "../parts/states.js";
import { Title } from "../parts/title.js";
import type { PageProps } from "../shell/pages.js";
import { counted, t } from "../text/text.js";
import { Card } from "./channels/card.js";
import { Lag, useLag } from "./channels/lag.js";
import { useChannels } from "./channels/read.js";
import { stateOf, toneOf, worstFirst } from "./channels/state.js";

/** Every channel at a glance, the worst first. */
export default function Channels(_: PageProps) {
  const channels = useChannels();
  const lag = useLag(null);
  return (
    <>
      <Title text={t("nav.channels")} />
      <Shown of={channels}>
        {all =>
          all.length === 0 ? (
            <Empty>{t("channel.none")}</Empty>
          ) : (
            <>
              <p role="status">{summary(all.filter(channel => ["bad", "warn"].includes(toneOf(stateOf(channel)))).length, all.length)}</p>
              <div class="cards">
                {all.toSorted(worstFirst).map(channel => (
                  <Card key={channel.id} channel={channel}>
                    <Lag channel={channel} of={lag} />
                  </Card>
                ))}
              </div>
            </>
          )
        }
      </Shown>
    </>
  );
}

function summary(wrong: number, all: number): string {
  return wrong === 0 ? counted("channel.all-well", all) : counted("channel.some-wrong", wrong, { all });
}
