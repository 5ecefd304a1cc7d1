// Makes forms easier that work without it: hides what is not asked, counts characters and time, lays a map over a field.

// ---- what is asked only when something else was answered

const answered = (form, name) => {
  const values = [];
  for (const field of form.elements) {
    if (field.name === `${name}.other` && field.value.trim()) values.push(".other");
    if (field.name !== name || field.closest("[hidden]")) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked && values.push(field.value);
    else if (field.value.trim()) values.push(field.value.trim());
  }
  return values;
};

const holds = (form, { field, chosen, not, between }) => {
  const values = answered(form, field);
  if (chosen) return values.some((value) => chosen.includes(value));
  if (not) return !values.some((value) => not.includes(value));
  if (between) {
    const number = Number((values[0] ?? "").replace(",", "."));
    return values.length > 0 && !Number.isNaN(number) && number >= (between[0] ?? -Infinity) && number <= (between[1] ?? Infinity);
  }
  return values.length > 0;
};

for (const form of document.querySelectorAll("form.asking")) {
  const hanging = form.querySelectorAll("[data-when]");
  for (const words of form.querySelectorAll("[data-condition]")) words.hidden = true;
  // In the order of the page: a question may hang on one that hangs on another.
  const look = () => { for (const field of hanging) field.hidden = !JSON.parse(field.dataset.when).every((when) => holds(form, when)); };
  if (hanging.length) {
    form.addEventListener("input", look);
    look();
  }
  // "None of these" goes with nothing else.
  form.addEventListener("change", ({ target }) => {
    if (target.type !== "checkbox" || !target.checked) return;
    for (const other of form.elements) {
      if (other.name === target.name && other !== target && ("alone" in target.dataset || "alone" in other.dataset)) other.checked = false;
    }
  });
  // Who writes beside "other" means it.
  form.addEventListener("input", ({ target }) => {
    if (!target.name?.endsWith(".other") || !target.value) return;
    const tick = form.querySelector(`input[name="${CSS.escape(target.name.slice(0, -6))}"][value=".other"]`);
    if (tick) tick.checked = true;
  });
}

// ---- how much is left

for (const area of document.querySelectorAll("textarea[data-most]")) {
  const most = Number(area.dataset.most);
  const said = Object.assign(document.createElement("p"), { className: "count-left" });
  said.setAttribute("aria-live", "polite");
  area.after(said);
  const count = () => {
    const left = most - [...area.value].length;
    // Near the end only: nobody wants to be counted at.
    said.textContent = left > most * 0.25 ? "" : (left < 0 ? area.dataset.over : area.dataset.left).replace("#", Math.abs(left));
    said.classList.toggle("over", left < 0);
  };
  area.addEventListener("input", count);
  count();
}

for (const timer of document.querySelectorAll(".timer")) {
  const said = timer.querySelector("[data-left]");
  const tick = () => {
    const left = Math.round((Number(timer.dataset.ends) - Date.now()) / 1000);
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    said.textContent = left > 0 ? said.dataset.left.replace("#", time) : said.dataset.over;
    if (left > 0) setTimeout(tick, 1000);
  };
  tick();
}

// ---- <draw-shape> lays a map over the field that takes a place in words

class DrawShape extends HTMLElement {
  connectedCallback() {
    if (navigator.connection?.saveData) return;
    this.open().catch(() => {});
  }

  async open() {
    const { leaflet, leafletStyle, bounds, help, undo } = this.dataset;
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: leafletStyle }));
    await new Promise((onload, onerror) => document.head.append(Object.assign(document.createElement("script"), { src: leaflet, onload, onerror })));
    const { L } = window;
    this.field = this.closest("fieldset").querySelector("[name$='.at']");
    this.sort = this.closest("fieldset").querySelector("[name$='.sort']");
    const said = Object.assign(document.createElement("p"), { className: "hint", textContent: help });
    const box = Object.assign(document.createElement("div"), { className: "live-map" });
    const back = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: undo });
    this.append(said, box, back);
    this.map = L.map(box, { scrollWheelZoom: false });
    this.map.attributionControl.setPrefix(false);
    const [south, west, north, east] = bounds.split(",").map(Number);
    this.map.fitBounds([[south, west], [north, east]]);
    this.drawn = L.layerGroup().addTo(this.map);
    const ground = await fetch("/api/v1/map.geojson");
    if (ground.ok) {
      const drawing = await ground.json();
      L.geoJSON(drawing, { interactive: false, attribution: drawing.attribution ?? "", filter: ({ properties }) => properties.kind !== "label",
        style: ({ properties }) => ({ className: properties.kind, stroke: true }),
        pointToLayer: (feature, at) => L.marker(at, { opacity: 0, interactive: false, keyboard: false }) }).addTo(this.map).bringToBack?.();
    }
    this.map.on("click", ({ latlng }) => this.put(latlng));
    back.addEventListener("click", () => this.write(this.points().slice(0, -1)));
    for (const field of [this.field, this.sort]) field?.addEventListener("input", () => this.show(L));
    this.show(L);
  }

  points() {
    const pairs = this.field.value.split("\n").map((line) => line.split(",").map(Number));
    return pairs.filter(([north, east]) => Number.isFinite(north) && Number.isFinite(east));
  }

  put({ lat, lng }) {
    const point = [lat, lng].map((degrees) => Number(degrees.toFixed(6)));
    this.write(this.sort && this.sort.value !== "point" ? [...this.points(), point] : [point]);
  }

  write(points) {
    this.field.value = points.map((point) => point.join(", ")).join("\n");
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  show(L) {
    this.drawn.clearLayers();
    const points = this.points();
    for (const point of points) L.marker(point, { icon: L.divIcon({ className: "pin busy", iconSize: [24, 24] }), keyboard: false }).addTo(this.drawn);
    if (this.sort?.value === "line") L.polyline(points).addTo(this.drawn);
    if (this.sort?.value === "area") L.polygon(points).addTo(this.drawn);
  }
}

customElements.define("draw-shape", DrawShape);

// ---- what others add while one looks

const follow = document.querySelector("[data-follow]");
if (follow) {
  const said = () => [...document.querySelectorAll(".columns-said")];
  // Whoever has a code asks with it, as a link on the page would.
  const form = document.querySelector("form.asking");
  const ask = () => {
    const me = form?.elements.me?.value;
    if (!me && !form?.elements.staff) return fetch(location.href);
    const fields = new FormData(form);
    const carried = ["me", "door", "staff"].filter((name) => fields.has(name)).map((name) => [name, fields.get(name)]);
    return fetch(form.action, { method: "POST", body: new URLSearchParams([...carried, ["go", "1"]]) });
  };
  const renew = async () => {
    const answer = await ask();
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelectorAll(".columns-said");
    const words = (of) => [...of.querySelectorAll("h2, h3, h4, .words")].map((one) => one.textContent).join("|");
    let changed = false;
    said().forEach((old, at) => {
      // Nobody loses what they are about to press or write.
      if (!fresh[at] || old.contains(document.activeElement) || words(old) === words(fresh[at])) return;
      old.replaceWith(document.importNode(fresh[at], true));
      changed = true;
    });
    if (changed) follow.textContent = follow.dataset.new;
  };
  const source = new EventSource(follow.dataset.follow);
  source.addEventListener("new", renew);
  addEventListener("pagehide", () => source.close());
}
