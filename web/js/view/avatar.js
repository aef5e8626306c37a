/** Initials on a colour that stays with the person. */

import { initialsOf, tintOf } from '../core/names.js';
import { element } from './element.js';

const TINTS = 8;

export function avatar(user, size = 'normal') {
  return element('span', {
    class: `avatar ${size} tint-${tintOf(user.id, TINTS)}`, text: initialsOf(user.name), 'aria-hidden': 'true',
  });
}
