/** A message body as nodes: text, and links to the web. */

import { splitLinks } from '../core/links.js';
import { element } from './element.js';

export function richText(body) {
  return splitLinks(body).map(({ text, href }) =>
    href === undefined ? document.createTextNode(text) : link(text, href));
}

function link(text, href) {
  return element('a', { text, href, target: '_blank', rel: 'noopener noreferrer nofollow', title: href });
}
