/** What all dialogs share. The browser returns the focus when a dialog closes. */

/** Buttons marked `data-close` and a click beside the dialog close it. */
export function wireDialogs() {
  for (const dialog of document.querySelectorAll('dialog')) {
    dialog.addEventListener('click', (event) => {
      const isBeside = event.target === dialog && isOutside(dialog, event);
      if (event.target.closest('[data-close]') || (isBeside && !dialog.dataset.firm)) dialog.close();
    });
    dialog.addEventListener('cancel', (event) => { if (dialog.dataset.firm) event.preventDefault(); });
    // Chromium lets a second Escape through the `cancel` event; the keyboard event it does not.
    dialog.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && dialog.dataset.firm) event.preventDefault();
    });
  }
}

/** Opens a dialog that must be answered. */
export function openFirmly(dialog) {
  dialog.dataset.firm = 'true';
  if (!dialog.open) dialog.showModal();
}

export function isAnyDialogOpen() {
  return document.querySelector('dialog[open]') !== null;
}

function isOutside(dialog, { clientX, clientY }) {
  const box = dialog.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}
