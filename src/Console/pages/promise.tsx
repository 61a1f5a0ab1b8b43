import { useRef } from "preact/hooks";
import type { Hint } from "../api/live.js";
import { useApi } from "../api/use.js";
import type { AvailabilityAnswer, ExplainedTerm, PublicationShown } from "../api/types.js";
import { CopyButton } from "../parts/copy.js";
import { Choice, InstantField, TextField } from "../parts/fields.js";
import { ChannelField } from "../parts/channel-field.js";
import { LocationField } from "../parts/location-field.js";
import { PageLink } from "../parts/page-link.js";
import { Shown } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { Title } from "../parts/title.js";
import { Plot } from "../plots/plot.js";
import { Waterfall, waterfallHeight, type Bar } from "../plots/waterfall.js";
import { address, go, useQuery } from "../shell/router.js";
import { mayOpen, type PageProps } from "../shell/pages.js";
import { may, ownLocations, useMe } from "../shell/session.js";
import { quantity, signed, sum, time } from "../text/format.js";
import { named, t } from "../text/text.js";
import { Schedule } from "./promise/schedule.js";

/** Why a promise is what it is, and when it will be more. */
export default function Promise_({ parts }: PageProps) {
  const [query, setQuery] = useQuery();
  const me = useMe();
  const sku = parts["sku"] ?? "";
  const channel = query.get("channel") ?? "";
  const at = query.get("at");
  const versus = query.get("vs");

  // A store sees what is promised of its own stock.
  const seesChannels = may(me, "GET /v1/channels/{id}/publications");
  const location = query.get("location") ?? (seesChannels ? null : (ownLocations(me)[0] ?? null));
  const isChosen = sku !== "" && channel !== "" && (seesChannels || location !== null);

  // What a kit's promise depends on is known with its answer.
  const involved = useRef<readonly string[]>([]);
  const concerns = (hint: Hint) => hint.topic === "rule" || involved.current.some(one => hint.id.startsWith(`${one}@`));
  const now = useApi(
    "GET /v1/availability/{sku}",
    isChosen ? { path: { sku }, query: { channel, location, explain: true, at } } : null,
    at === null ? { topics: ["position", "rule"], concerns } : {},
  );
  involved.current = [sku, ...(now.data?.terms ?? []).flatMap(term => (term.components ?? []).map(component => component.sku))];
  const before = useApi(
    "GET /v1/availability/{sku}",
    isChosen && versus !== null ? { path: { sku }, query: { channel, location, explain: true, at: versus } } : null,
  );
  const isPublished = isChosen && seesChannels && at === null && location === null;
  const published = useApi("GET /v1/channels/{id}/publications", isPublished ? { path: { id: channel }, query: { sku, limit: 1 } } : null, {
    topics: ["channel"],
  });

  return (
    <>
      <Title text={isChosen ? t("promise.title", { sku, channel }) : t("nav.promise")} />
      <div class="filters">
        <TextField
          label={t("filter.sku")}
          value={sku}
          onChange={value => go(value === "" ? "/console/promise" : address("/console/promise/{sku}", { sku: value }, Object.fromEntries(query)))}
        />
        <ChannelField value={channel} onChange={value => setQuery({ channel: value })} />
        <LocationField value={location ?? ""} onChange={value => setQuery({ location: value })} />
        <Choice
          label={t("promise.by")}
          value={query.get("by") ?? "kind"}
          choices={[
            ["kind", t("promise.by.kind")],
            ["location", t("promise.by.location")],
          ]}
          onChange={value => setQuery({ by: value === "kind" ? null : value })}
        />
        <InstantField label={t("promise.compare")} value={versus} onChange={value => setQuery({ vs: value })} />
      </div>
      {!isChosen ? (
        <p class="empty">{t("promise.choose")}</p>
      ) : (
        <>
          <Shown of={now}>
            {answer =>
              versus !== null && before.data !== null ? (
                <Difference before={before.data} after={answer} at={versus} />
              ) : (
                <Why answer={answer} published={published.data?.items[0] ?? null} byLocation={query.get("by") === "location"} />
              )
            }
          </Shown>
          {at === null && <Schedule sku={sku} channel={channel} location={location} concerns={concerns} />}
        </>
      )}
    </>
  );
}

function Why({ answer, published, byLocation }: { answer: AvailabilityAnswer; published: PublicationShown | null; byLocation: boolean }) {
  const seesRules = mayOpen(useMe(), "/console/rules");
  const terms = answer.terms ?? [];
  const bars = [...grouped(terms, byLocation, seesRules), { key: "promise", label: t("promise.promise"), change: null, kind: "sum" as const }];
  const believed = published?.believed ?? null;
  const onHand = sum(terms.filter(term => term.term === "on-hand").map(term => term.quantity));
  const mark =
    believed === null
      ? null
      : { value: believed.quantity, differs: believed.quantity !== answer.quantity, label: t("promise.believes", { quantity: quantity(believed.quantity) }) };
  const isKit = terms.some(term => term.components);

  return (
    <>
      <p class="answer">
        <strong>{quantity(answer.quantity)}</strong>{" "}
        {believed !== null && (
          <span class={mark?.differs ? "differs" : undefined}>
            {t("promise.believes", { quantity: quantity(believed.quantity) })} {t("promise.believed.since", { time: time(believed.at) })}
          </span>
        )}
      </p>
      <Plot
        name={t("promise.why")}
        sentence={
          isKit
            ? t("promise.sentence.kit", { promise: quantity(answer.quantity) })
            : t("promise.sentence", { onHand: quantity(onHand), promise: quantity(answer.quantity) })
        }
        height={waterfallHeight(bars.length)}
        table={<Terms terms={terms} />}
      >
        {width => <Waterfall bars={bars} width={width} mark={mark} />}
      </Plot>
      {terms
        .filter(term => term.components)
        .map(term => (
          <Components key={term.term} term={term} channel={answer.channel} />
        ))}
      <details>
        <summary>{t("promise.because")}</summary>
        <Terms terms={terms} />
        <CopyButton text={() => asText(answer)}>{t("promise.copy")}</CopyButton>
      </details>
    </>
  );
}

/** One bar for each kind of term, or for each location; what comes first comes first. */
function grouped(terms: readonly ExplainedTerm[], byLocation: boolean, seesRules: boolean): Bar[] {
  const groups = Map.groupBy(terms, term => (byLocation ? (term.location ?? term.term) : term.term));
  return [...groups].map(([key, members]) => {
    const change = sum(members.map(member => member.quantity));
    const rules = [...new Set(members.flatMap(member => (member.rule === null ? [] : [member.rule])))];
    return {
      key,
      change,
      kind: change < 0 ? "loss" : "gain",
      label: byLocation && members[0]?.location ? key : named("term", key),
      note: rules.join(", "),
      ...(rules.length === 1 && seesRules ? { href: address("/console/rules/{id}", { id: rules[0]! }) } : {}),
    };
  });
}

function Because({ term }: { term: ExplainedTerm }) {
  return (
    <>
      {term.rule !== null && (
        <PageLink href={address("/console/rules/{id}", { id: term.rule })}>{t("promise.rule", { rule: term.rule, version: term.ruleVersion ?? "" })}</PageLink>
      )}
      {term.reservation !== null && (
        <a href={address("/console/reservations/{id}", { id: term.reservation })}>{t("promise.reservation", { reservation: term.reservation })}</a>
      )}
      {term.limiting && <span>{t("promise.limiting", { sku: term.limiting })}</span>}
    </>
  );
}

function Terms({ terms }: { terms: readonly ExplainedTerm[] }) {
  return (
    <Table
      name={t("promise.why")}
      rows={terms.map((term, index) => ({ term, index }))}
      keyOf={row => String(row.index)}
      empty={null}
      columns={[
        { key: "term", title: t("promise.term"), cell: ({ term }) => named("term", term.term) },
        { key: "location", title: t("filter.location"), cell: ({ term }) => term.location },
        { key: "quantity", title: t("promise.units"), cell: ({ term }) => signed(term.quantity), isNumber: true },
        { key: "because", title: t("promise.because"), cell: ({ term }) => <Because term={term} /> },
      ]}
    />
  );
}

/** What each component of a kit suffices for; the one that limits first seen. */
function Components({ term, channel }: { term: ExplainedTerm; channel: string }) {
  return (
    <ul class="components">
      {term.components?.map(component => (
        <li key={component.sku} class={component.limits ? "limits" : undefined}>
          <a href={address("/console/promise/{sku}", { sku: component.sku }, { channel })}>{component.sku}</a>{" "}
          {t("promise.component.sentence", { available: quantity(component.available), needed: quantity(component.needed), kits: quantity(component.kits) })}
          {component.limits && <strong> {t("promise.limiting", { sku: component.sku })}</strong>}
        </li>
      ))}
    </ul>
  );
}

/** Only what differs between then and now. */
function Difference({ before, after, at }: { before: AvailabilityAnswer; after: AvailabilityAnswer; at: string }) {
  const [was, is] = [before, after].map(answer => new Map(grouped(answer.terms ?? [], false, false).map(bar => [bar.key, bar.change ?? 0]))) as [
    Map<string, number>,
    Map<string, number>,
  ];
  const keys = [...new Set([...was.keys(), ...is.keys()])].filter(key => was.get(key) !== is.get(key));
  const bars: Bar[] = [
    { key: "before", label: time(at), change: before.quantity, kind: "sum" },
    ...keys.map(key => {
      const change = sum([is.get(key) ?? 0, -(was.get(key) ?? 0)]);
      return { key, label: named("term", key), change, kind: change < 0 ? ("loss" as const) : ("gain" as const) };
    }),
    { key: "promise", label: t("promise.promise"), change: null, kind: "sum" },
  ];

  return (
    <Plot
      name={t("promise.compared", { time: time(at) })}
      height={waterfallHeight(bars.length)}
      sentence={
        keys.length === 0
          ? t("promise.compare.same")
          : t("promise.compare.sentence", { before: quantity(before.quantity), after: quantity(after.quantity), time: time(at) })
      }
      table={
        <Table
          name={t("promise.why")}
          rows={keys}
          keyOf={key => key}
          empty={t("promise.compare.same")}
          columns={[
            { key: "term", title: t("promise.term"), cell: key => named("term", key) },
            { key: "before", title: time(at), cell: key => quantity(was.get(key) ?? 0), isNumber: true },
            { key: "after", title: t("filter.now"), cell: key => quantity(is.get(key) ?? 0), isNumber: true },
          ]}
        />
      }
    >
      {width => <Waterfall bars={bars} width={width} />}
    </Plot>
  );
}

function asText(answer: AvailabilityAnswer): string {
  const lines = (answer.terms ?? []).map(term =>
    [
      signed(term.quantity),
      named("term", term.term),
      term.location,
      term.rule === null ? null : t("promise.rule", { rule: term.rule, version: term.ruleVersion ?? "" }),
      term.reservation === null ? null : t("promise.reservation", { reservation: term.reservation }),
    ]
      .filter(part => part)
      .join("\t"),
  );
  return [
    t("promise.title", { sku: answer.sku, channel: answer.channel }),
    answer.asOf,
    ...lines,
    `${quantity(answer.quantity)}\t${t("promise.promise")}`,
  ].join("\n");
}
