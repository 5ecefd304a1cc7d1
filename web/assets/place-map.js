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
    this.querySelector(".map-picture").replaceChildren(box);
    this.map = L.map(box, { zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, scrollWheelZoom: false });
    this.map.attributionControl.setPrefix(false);
    // Leaflet hears keys only while the map itself has the focus, not its pins.
    box.addEventListener("keydown", (event) => event.key === "Escape" && this.map.closePopup());
    this.map.fitBounds([[south, west], [north, east]]);
    await this.ground(L);
    const cards = document.querySelectorAll("[data-at]");
    for (const card of cards) this.pin(L, card);
    if (!cards.length && this.dataset.here) this.marker(L, this.dataset.here, document.querySelector("h1").textContent.trim(), this.dataset.state);
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
  pin(L, card) {
    const link = card.querySelector("a");
    const marker = this.marker(L, card.dataset.at, link.textContent.trim(), card.className.replace("card", "").trim());
    const told = document.createElement("div");
    const title = Object.assign(document.createElement("p"), { className: "pin-title" });
    title.append(link.cloneNode(true));
    told.append(title, card.querySelector(".card-head + p").cloneNode(true));
    marker.bindPopup(told, { minWidth: 200 });
    const pin = marker.getElement();
    pin.setAttribute("aria-expanded", "false");
    marker.on("popupopen", () => {
      pin.setAttribute("aria-expanded", "true");
      title.firstChild.focus();
    });
    marker.on("popupclose", () => {
      pin.setAttribute("aria-expanded", "false");
      // Whoever read it goes on from the pin: what had the focus is gone.
      if (document.activeElement === document.body) pin.focus();
    });
  }

  marker(L, at, name, state) {
    const icon = L.divIcon({ className: `pin ${state}`, iconSize: [28, 28] });
    const marker = L.marker(at.split(",").map(Number), { icon, title: name, riseOnHover: true }).addTo(this.map);
    marker.getElement().setAttribute("aria-label", name);
    return marker;
  }

  script(src) {
    return new Promise((done, failed) => {
      const script = Object.assign(document.createElement("script"), { src, onload: done, onerror: failed });
      document.head.append(script);
    });
  }
}

customElements.define("place-map", PlaceMap);
