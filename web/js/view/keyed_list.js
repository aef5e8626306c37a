/** Shows a list of items as children of an element, touching only what changed, so
 *  that focus, selection and screen readers keep their place. */
export class KeyedList {
  #container;
  #make;
  #shown = new Map();

  /** `make(item)` returns a new node; items are plain data with a unique `key`. */
  constructor(container, make) {
    this.#container = container;
    this.#make = make;
  }

  show(items) {
    const before = this.#shown;
    this.#shown = new Map();
    for (const item of items) this.#shown.set(item.key, this.#keep(before.get(item.key), item));
    for (const [key, { node }] of before) if (!this.#shown.has(key)) node.remove();
    this.#arrange();
  }

  #keep(shown, item) {
    const signature = JSON.stringify(item);
    if (shown?.signature === signature) return shown;
    const node = this.#make(item, shown?.node);
    if (shown && shown.node !== node) shown.node.replaceWith(node);
    return { node, signature };
  }

  #arrange() {
    let place = this.#container.firstChild;
    for (const { node } of this.#shown.values()) {
      if (node === place) place = place.nextSibling;
      else this.#container.insertBefore(node, place);
    }
  }
}
