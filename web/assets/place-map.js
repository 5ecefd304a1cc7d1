// <place-map> lays a map that can be moved over the drawn one, once it is looked at. What it shows stands in the list of
// places on the same page; what it is drawn on is what the municipality has: tiles, a service elsewhere, or a drawing.
class PlaceMap extends HTMLElement {
  connectedCallback() {
    if (navigator.connection?.saveData) return;
    this.watch = new IntersectionObserver(([seen]) => {
      if (!seen.isIntersecting) return;
      this.watch.disconnect();
      // Without it the drawn map stays: nothing is lost.
      this.open().catch(() => {});
    }, { rootMargin: "200px" });
    this.watch.observe(this);
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    this.map?.remove();
  }

  async open() {
    const { leaflet, leafletStyle, protomaps, bounds, tiles } = this.dataset;
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: leafletStyle });
    document.head.append(style);
    await this.script(leaflet);
    if (tiles) await this.script(protomaps);
    const { L } = window;
    const [south, west, north, east] = bounds.split(",").map(Number);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const box = document.createElement("div");
    box.className = "live-map";
    const picture = this.querySelector(".map-picture");
    // Whoever has come to a place on it by keyboard would be thrown back to the beginning of the page.
    while (picture.contains(document.activeElement)) {
      await new Promise((gone) => picture.addEventListener("focusout", () => setTimeout(gone), { once: true }));
    }
    picture.replaceChildren(box);
    this.map = L.map(box, { zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, scrollWheelZoom: false });
    this.map.attributionControl.setPrefix(false);
    // Leaflet hears keys only while the map itself has the focus, not its pins.
    box.addEventListener("keydown", (event) => event.key === "Escape" && this.map.closePopup());
    this.map.fitBounds([[south, west], [north, east]]);
    await this.ground(L);
    const cards = [...document.querySelectorAll("[data-at]")];
    if (cards.length) {
      this.pins = L.layerGroup().addTo(this.map);
      this.map.on("zoomend", () => this.group(L, cards));
      this.group(L, cards);
    } else if (this.dataset.here) {
      this.pin(L, this.dataset.here, document.querySelector("h1").textContent.trim(), this.dataset.state, "").addTo(this.map);
    }
  }

  // Pins that would cover each other become one.
  group(L, cards) {
    const groups = [];
    for (const card of cards) {
      const at = this.map.latLngToLayerPoint(card.dataset.at.split(",").map(Number));
      const near = groups.find((group) => group.at.distanceTo(at) < 44);
      if (near) near.cards.push(card);
      else groups.push({ at, cards: [card] });
    }
    this.pins.clearLayers();
    for (const group of groups) this.told(L, group.cards);
  }

  async ground(L) {
    const { tiles, raster, attribution, drawing } = this.dataset;
    if (tiles) {
      const dark = matchMedia("(prefers-color-scheme: dark)").matches;
      window.protomapsL.leafletLayer({ url: tiles, flavor: dark ? "dark" : "light", lang: document.documentElement.lang, attribution, maxDataZoom: Number(this.dataset.zoom) }).addTo(this.map);
    } else if (raster) {
      L.tileLayer(raster, { attribution, maxZoom: 19 }).addTo(this.map);
    } else if (drawing) {
      const drawn = await (await fetch(drawing)).json();
      L.geoJSON(drawn, {
        interactive: false,
        attribution: drawn.attribution ?? "",
        style: (feature) => ({ className: feature.properties.kind, stroke: true }),
        pointToLayer: (feature, at) => L.marker(at, { opacity: 0, interactive: false, keyboard: false }),
        filter: (feature) => feature.properties.kind !== "label",
      }).addTo(this.map);
    }
  }

  // A card of the list says it all: the map shows it at its place, and leads to the page.
  told(L, cards) {
    const links = cards.map((card) => card.querySelector("a"));
    const names = links.map((link) => link.textContent.trim()).join(", ");
    const [first] = cards;
    const several = cards.length > 1;
    const state = several ? "several" : first.className.replace("card", "").trim();
    const marker = this.pin(L, first.dataset.at, names, state, several ? cards.length : "").addTo(this.pins);
    const content = document.createElement("div");
    content.append(...cards.map((card, at) => {
      const told = document.createElement("div");
      const title = Object.assign(document.createElement("p"), { className: "pin-title" });
      title.append(links[at].cloneNode(true));
      told.append(title, card.querySelector(".card-head + p").cloneNode(true));
      return told;
    }));
    marker.bindPopup(content, { minWidth: 220, maxHeight: 180 });
    const pin = marker.getElement();
    pin.setAttribute("aria-label", names);
    pin.setAttribute("aria-expanded", "false");
    marker.on("popupopen", () => {
      pin.setAttribute("aria-expanded", "true");
      content.querySelector("a").focus();
    });
    marker.on("popupclose", () => {
      pin.setAttribute("aria-expanded", "false");
      // Whoever read it goes on from the pin: what had the focus is gone.
      if (document.activeElement === document.body) pin.focus();
    });
  }

  pin(L, at, name, state, number) {
    const size = number ? 36 : 28;
    // What is told stands above the pin, not on it.
    const icon = L.divIcon({ className: `pin ${state}`, html: String(number), iconSize: [size, size], popupAnchor: [0, -size / 2] });
    return L.marker(at.split(",").map(Number), { icon, title: name, riseOnHover: true });
  }

  script(src) {
    return new Promise((done, failed) => {
      const script = Object.assign(document.createElement("script"), { src, onload: done, onerror: failed });
      document.head.append(script);
    });
  }
}

customElements.define("place-map", PlaceMap);
