// Everything shown comes from the API, with the key of whoever looks: what the key may not see, the page does not show.
const find = id => document.getElementById(id);
let key = "";

async function ask(path) {
  const answer = await fetch(path, { headers: { Authorization: `Bearer ${key}` } });
  const body = await answer.json();
  if (!answer.ok) {
    throw new Error(body.detail ?? answer.status);
  }
  return body;
}

// Only text is ever put into the page, so a SKU cannot be markup.
function fill(table, rows) {
  find(table).tBodies[0].replaceChildren(...rows.map(cells => {
    const row = document.createElement("tr");
    for (const cell of cells) {
      const place = row.insertCell();
      place.textContent = cell?.text ?? cell ?? "";
      place.className = cell?.kind ?? "";
    }
    return row;
  }));
}

async function look() {
  if (!key) {
    return;
  }
  try {
    const alerts = await ask("/v1/alerts?limit=100");
    fill("alerts", alerts.items.map(alert => [{ text: alert.severity, kind: alert.severity }, alert.kind, [alert.sku, alert.location, alert.channel, alert.rule].filter(Boolean).join(" ") + ": " + alert.detail, alert.raisedAt]));
    const channels = (await ask("/v1/channels?limit=100")).items;
    const shown = await Promise.all(channels.map(channel => ask(`/v1/channels/${encodeURIComponent(channel.id)}`)));
    fill("channels", shown.map(channel => [channel.id, channel.adapter, channel.status.lagSeconds, channel.status.dirty, channel.status.circuit, channel.status.deadLetters]));
    find("state").textContent = "";
  } catch (problem) {
    find("state").textContent = problem.message;
  }
}

find("door").addEventListener("submit", event => {
  event.preventDefault();
  key = find("key").value;
  look();
});

find("ask").addEventListener("submit", async event => {
  event.preventDefault();
  try {
    const answer = await ask(`/v1/availability/${encodeURIComponent(find("sku").value)}?channel=${encodeURIComponent(find("channel").value)}&explain=true`);
    find("answer").textContent = `${answer.channel} may promise ${answer.quantity}`;
    fill("terms", answer.terms.map(term => [term.term, term.location, term.quantity, term.rule ? `rule ${term.rule}, version ${term.ruleVersion}` : term.reservation]));
  } catch (problem) {
    find("answer").textContent = problem.message;
    fill("terms", []);
  }
});

setInterval(look, 5000);
