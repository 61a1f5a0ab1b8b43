// Everything shown comes from the API, with the key of whoever looks: what the key may not see, the page does not show.
// Only text is ever put into the page, so nothing in the data can be markup.
const find = id => document.getElementById(id);
const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 4 });
const signed = new Intl.NumberFormat(undefined, { maximumFractionDigits: 4, signDisplay: "exceptZero" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const length = seconds => seconds < 120 ? `${Math.round(seconds)} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
const between = 5000;
const patience = 15000;
const page = 20;
const mostAlerts = 50;
const mostChannels = 100;
const mostShown = 1000;

const words = {
  "on-hand": "On hand", "unsellable": "Not sellable", "reserved": "Held for orders", "safety-stock": "Safety stock", "buffer": "Kept for walk-in customers",
  "floor-at-zero": "Never below zero", "not-eligible": "At locations that do not serve this channel", "allocation": "Ring-fenced for channels",
  "backorder": "Beyond stock, by a backorder rule", "publish-buffer": "Kept back when publishing", "cap": "Above the cap", "threshold": "Below the threshold",
};

let key = "";
let turn = 0;
let timer;
let selected = null;
let asked = null;

async function ask(path) {
  let answer;
  try {
    answer = await fetch(path, { headers: { Authorization: `Bearer ${key}` }, cache: "no-store", signal: AbortSignal.timeout(patience) });
  } catch {
    throw new Error("RetailSync cannot be reached.");
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw Object.assign(new Error(body.errors?.map(error => `${error.field} ${error.detail}`).join("; ") ?? body.detail ?? `RetailSync answered ${answer.status}.`), { status: answer.status });
  }
  return body;
}

// A cell is a text, or { text or at, mark, kind, press }: an instant, a coloured word, a class, a button with what it is about.
function element(cell) {
  const shown = document.createElement(cell.press ? "button" : cell.at ? "time" : "span");
  shown.textContent = cell.at ? moment.format(new Date(cell.at)) : cell.text;
  shown.className = cell.mark ? `mark ${cell.mark}` : cell.kind ?? "";
  if (cell.at) {
    shown.dateTime = cell.at;
  }
  if (cell.press) {
    shown.type = "button";
    Object.assign(shown.dataset, cell.press);
  }
  return shown;
}

// What is the same stays as it is, and what had the focus has it again: the page looks every few seconds.
const filled = new Map();
function fill(id, rows) {
  const said = JSON.stringify(rows);
  if (filled.get(id) === said) {
    return;
  }
  filled.set(id, said);
  const table = find(id);
  const focused = table.contains(document.activeElement) ? JSON.stringify(document.activeElement.dataset) : null;
  const columns = table.tHead.rows[0].cells;
  table.tBodies[0].replaceChildren(...rows.map(cells => {
    const row = document.createElement("tr");
    cells.forEach((cell, column) => {
      const place = row.insertCell();
      place.className = columns[column].className;
      place.append(...[cell].flat().filter(part => part !== null && part !== undefined && part !== "")
        .flatMap((part, n) => [n ? " " : "", typeof part === "object" ? element(part) : String(part)]));
    });
    return row;
  }));
  (table.closest(".wide") ?? table).hidden = rows.length === 0;
  if (focused) {
    [...table.querySelectorAll("button")].find(button => JSON.stringify(button.dataset) === focused)?.focus();
  }
}

function say(id, text, kind = "") {
  if (find(id).textContent !== text) {
    find(id).textContent = text;
  }
  find(id).classList.toggle("bad", kind === "bad");
}

const about = (sku, channel) => ({ text: sku, press: { does: "explain", sku, channel: channel ?? "" } });

function showAlerts({ items, next }) {
  find("alerts-title").textContent = items.length ? `Alerts (${items.length}${next ? "+" : ""})` : "Alerts";
  document.title = items.length ? `(${items.length}${next ? "+" : ""}) RetailSync` : "RetailSync";
  say("alerts-note", !items.length ? "Nothing is wrong." : next ? `The ${items.length} worst.` : "");
  fill("alerts", items.map(alert => [
    { text: alert.severity, mark: alert.severity }, alert.kind.replaceAll("-", " "),
    [alert.sku && about(alert.sku, alert.channel), alert.location, alert.channel && { text: alert.channel, press: { does: "publications", channel: alert.channel } }, alert.rule && `rule ${alert.rule}`],
    alert.detail, { at: alert.raisedAt }]));
}

function stateOf({ adapter, status }) {
  return adapter === "none" ? { text: "nothing is published", mark: "calm" }
    : status.paused ? { text: "paused", mark: "warn" }
    : status.circuit !== "closed" ? { text: "failing, tried again soon", mark: "bad" }
    : status.error ? { text: "cannot be published to", mark: "bad" }
    : status.deadLetters ? { text: "refuses numbers", mark: "bad" }
    : status.dirty ? { text: "publishing", mark: "calm" }
    : { text: "up to date", mark: "good" };
}

async function askChannels() {
  const { items, next } = await ask(`/v1/channels?limit=${mostChannels}`);
  return { next, items: await Promise.all(items.map(channel => ask(`/v1/channels/${encodeURIComponent(channel.id)}`))) };
}

function showChannels({ items, next }) {
  say("channels-note", !items.length ? "No channel is registered that this key may see." : next ? `The first ${items.length}, by name.` : "Choose one to see its numbers.");
  fill("channels", items.map(channel => [
    { text: channel.id, press: { does: "publications", channel: channel.id } }, channel.adapter, stateOf(channel), number.format(channel.status.dirty),
    channel.status.dirty ? length(channel.status.lagSeconds) : "", number.format(channel.status.deadLetters), channel.status.error]));
  if ([...find("known").options].map(option => option.value).join() !== items.map(channel => channel.id).join()) {
    find("known").replaceChildren(...items.map(channel => Object.assign(document.createElement("option"), { value: channel.id })));
  }
}

const states = {
  "told": { text: "acknowledged", mark: "good" }, "waiting": { text: "waiting", mark: "calm" }, "set-aside": { text: "refused by the channel", mark: "bad" },
  "not-told": { text: "nothing is published", mark: "calm" },
};

const askNumbers = ({ channel, sku, most }) =>
  ask(`/v1/channels/${encodeURIComponent(channel)}/publications?limit=${most}${sku ? `&sku=${encodeURIComponent(sku)}` : ""}`);

function showNumbers({ items, next }) {
  say("published-note", !items.length ? "Nothing." : next ? `The first ${items.length}, by SKU.` : "");
  find("more").hidden = !next || selected.most >= mostShown;
  fill("numbers", items.map(row => [
    about(row.sku, selected.channel), number.format(row.quantity),
    row.believed ? { text: number.format(row.believed.quantity), kind: row.believed.quantity === row.quantity ? "" : "differs" } : "",
    row.believed && { at: row.believed.at }, states[row.state] ?? row.state, row.error]));
}

async function askReasons({ sku, channel }) {
  const [answer, publications] = await Promise.all([
    ask(`/v1/availability/${encodeURIComponent(sku)}?channel=${encodeURIComponent(channel)}&explain=true`),
    ask(`/v1/channels/${encodeURIComponent(channel)}/publications?sku=${encodeURIComponent(sku)}`)]);
  return { ...answer, published: publications.items[0] };
}

function line(name, text, kind = "") {
  return Object.assign(document.createElement(name), { textContent: text, className: kind });
}

function answerWith(...lines) {
  if (find("answer").textContent !== lines.map(shown => shown.textContent).join("")) {
    find("answer").replaceChildren(...lines);
  }
}

function showReasons({ sku, channel, quantity, level, terms, published }) {
  const believed = published?.believed;
  answerWith(
    line("strong", number.format(quantity)),
    line("p", `may be promised of ${sku} on ${channel}${level ? ` (${level})` : ""}. ${terms.length ? "" : "There is none of it anywhere. "}`
      + (believed ? `The channel acknowledged ${number.format(believed.quantity)} at ${moment.format(new Date(believed.at))}.` : "Nothing has been published to the channel.")));
  const sums = new Map();
  for (const term of terms) {
    sums.set(term.term, (sums.get(term.term) ?? 0) + term.quantity);
  }
  fill("sums", [...sums].map(([term, sum]) => [words[term] ?? term, signed.format(sum)]));
  find("total").textContent = number.format(quantity);
  fill("terms", terms.map(term => [
    words[term.term] ?? term.term, term.location ?? "all locations", signed.format(term.quantity),
    term.rule ? `rule ${term.rule}, version ${term.ruleVersion}` : term.reservation ? `order ${term.reservation}` : ""]));
  find("reasons").hidden = terms.length === 0;
}

// What each part of the page asks for, what it does with the answer, and with a refusal.
const parts = [
  { ask: () => ask(`/v1/alerts?limit=${mostAlerts}`), show: showAlerts, refuse: text => (find("alerts-title").textContent = "Alerts", say("alerts-note", text), fill("alerts", [])) },
  { ask: askChannels, show: showChannels, refuse: text => (say("channels-note", text), fill("channels", [])) },
  { ask: () => selected && askNumbers(selected), show: showNumbers, refuse: text => (say("published-note", text), fill("numbers", []), find("more").hidden = true) },
  { ask: () => asked && askReasons(asked), show: showReasons, refuse: text => (answerWith(line("p", text, "bad")), find("reasons").hidden = true) },
];

// A refusal is an answer.
const isNo = reason => reason.status >= 400 && reason.status < 500;

// Each part is shown as soon as it is known. Returns why it could not be asked; then what was shown stays.
async function lookAt(part, mine) {
  try {
    const answer = await part.ask();
    if (mine === turn && answer) {
      open();
      part.show(answer);
    }
    return null;
  } catch (reason) {
    if (mine === turn && isNo(reason) && reason.status !== 401) {
      open();
      part.refuse(reason.status === 403 ? "This key may not see this." : reason.message);
    }
    return reason;
  }
}

async function look() {
  clearTimeout(timer);
  const mine = ++turn;
  const reasons = (await Promise.all(parts.map(part => lookAt(part, mine)))).filter(Boolean);
  if (mine !== turn) {
    return; // Somebody asked for something else meanwhile.
  }
  timer = setTimeout(lookIfSeen, between);
  if (reasons.some(reason => reason.status === 401)) {
    close("This key is not known here.");
    return;
  }
  const failed = reasons.find(reason => !isNo(reason));
  say("state", failed ? `${failed.message} Trying again; what is shown may be old.` : `Current at ${clock.format(new Date())}.`, failed ? "bad" : "");
}

function lookIfSeen() {
  if (key && !document.hidden) {
    look();
  }
}

function open() {
  if (find("view").hidden) {
    ["hint", "sign-in"].forEach(id => find(id).hidden = true);
    ["view", "close"].forEach(id => find(id).hidden = false);
    document.body.classList.add("open");
    find("alerts-title").focus();
  }
}

// Nothing of what the last key could see is left.
function close(text = "") {
  turn++;
  clearTimeout(timer);
  [key, selected, asked] = ["", null, null];
  parts.forEach(part => part.refuse(""));
  find("known").replaceChildren();
  ["view", "published", "close"].forEach(id => find(id).hidden = true);
  ["hint", "sign-in"].forEach(id => find(id).hidden = false);
  ["ask", "filter", "sign-in"].forEach(id => find(id).reset());
  document.body.classList.remove("open");
  document.title = "RetailSync";
  say("state", text, "bad");
  find("key").focus();
}

function showPublications(channel) {
  selected = { channel, sku: "", most: page };
  find("only").value = "";
  find("published-title").textContent = `Published to ${channel}`;
  fill("numbers", []);
  say("published-note", "Asking…");
  find("published").hidden = false;
  find("published-title").focus();
  look();
}

function explain(sku, channel) {
  asked = { sku, channel };
  answerWith(line("p", "Asking…"));
  find("reasons").hidden = true;
  look();
}

function when(form, act) {
  find(form).addEventListener("submit", event => {
    event.preventDefault();
    act();
  });
}

when("sign-in", () => {
  const given = find("key").value.trim();
  close();
  if (!/^[\x21-\x7e]+$/.test(given)) {
    close("This key is not known here.");
    return;
  }
  key = given;
  say("state", "Opening…");
  look();
});

when("filter", () => {
  selected = { ...selected, sku: find("only").value.trim(), most: page };
  look();
});

when("ask", () => explain(find("sku").value.trim(), find("channel").value.trim()));

find("close").addEventListener("click", () => close());

find("more").addEventListener("click", () => {
  selected.most = Math.min(mostShown, selected.most + page);
  look();
});

find("view").addEventListener("click", ({ target }) => {
  if (target.dataset.does === "publications") {
    showPublications(target.dataset.channel);
  } else if (target.dataset.does === "explain") {
    find("sku").value = target.dataset.sku;
    find("channel").value = target.dataset.channel || find("channel").value;
    if (find("channel").value) {
      find("why-title").focus();
      explain(target.dataset.sku, find("channel").value);
    } else {
      find("channel").focus();
    }
  }
});

document.addEventListener("visibilitychange", lookIfSeen);
