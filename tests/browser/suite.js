/** All scenarios, one after the other: they share one Chromium, and a machine with few cores. */

import './scenarios/names.js';
import './scenarios/conversation.js';
import './scenarios/rooms.js';
import './scenarios/presence.js';
import './scenarios/history.js';
import './scenarios/outages.js';
import './scenarios/safety.js';
import './scenarios/keyboard.js';
import './scenarios/phone.js';
import './scenarios/echo_page.js';
import './scenarios/pictures.js';
