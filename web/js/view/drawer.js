/** The side columns: fixed on wide screens, drawers on narrow ones. */

import { byId } from './element.js';

const ROOMS_ARE_DRAWER = matchMedia('(max-width: 760px)');
const MEMBERS_ARE_DRAWER = matchMedia('(max-width: 1080px)');

export class Drawer {
  #app = byId('app');
  #scrim = byId('scrim');
  #membersButton = byId('members-button');
  #opener = null;

  constructor() {
    byId('open-drawer').addEventListener('click', () => this.#open('rooms'));
    byId('close-drawer').addEventListener('click', () => this.close());
    byId('close-members').addEventListener('click', () => this.close());
    this.#scrim.addEventListener('click', () => this.close());
    this.#membersButton.addEventListener('click', () => this.#toggleMembers());
    MEMBERS_ARE_DRAWER.addEventListener('change', () => this.close());
    ROOMS_ARE_DRAWER.addEventListener('change', () => this.close());
    this.close();
  }

  get isOpen() {
    return this.#app.dataset.drawer !== 'none';
  }

  close() {
    this.#show('none');
    this.#opener?.focus();
    this.#opener = null;
  }

  #toggleMembers() {
    if (MEMBERS_ARE_DRAWER.matches) return this.#open('members');
    this.#app.dataset.members = this.#app.dataset.members === 'hidden' ? 'shown' : 'hidden';
    return this.#describe();
  }

  #open(which) {
    this.#opener = document.activeElement;
    this.#show(which);
    byId(which === 'rooms' ? 'close-drawer' : 'close-members').focus();
  }

  /** What a drawer covers cannot be reached by keyboard either. */
  #show(which) {
    this.#app.dataset.drawer = which;
    this.#scrim.hidden = which === 'none';
    byId('main').inert = which !== 'none';
    byId('sidebar').inert = which === 'members';
    this.#describe();
  }

  #describe() {
    const isShown = MEMBERS_ARE_DRAWER.matches
      ? this.#app.dataset.drawer === 'members'
      : this.#app.dataset.members !== 'hidden';
    this.#membersButton.setAttribute('aria-expanded', String(isShown));
  }
}
