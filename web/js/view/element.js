/** Makes elements. Text is only ever set as text, never parsed as markup. */

const SVG = 'http://www.w3.org/2000/svg';

/** `properties`: `class`, `text`, `data` (dataset), `on` (listeners); the rest are attributes. */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  const { class: className, text, data, on, ...attributes } = properties;
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  for (const [name, value] of Object.entries(data ?? {})) node.dataset[name] = value;
  for (const [type, listener] of Object.entries(on ?? {})) node.addEventListener(type, listener);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** One of the symbols in the page. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** The element of the page with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Large counts say little and take much room. */
export function countText(count) {
  return count > 99 ? '99+' : String(count);
}
