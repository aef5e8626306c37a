// What is to be sent: text as text, everything else as binary.
import { fromBase64, fromHex } from "./bytes.js";

const placeholders = { text: "Text to send", hex: "48 65 6c 6c 6f", base64: "SGVsbG8=" };

export class Composer {
  #form;
  #payload;
  #file;

  constructor(form, payload, file) {
    this.#form = form;
    this.#payload = payload;
    this.#file = file;
    form.addEventListener("change", () => this.#showInput());
    // A reload may bring back another choice than the markup's.
    this.#showInput();
  }

  // Throws an Error with a text for the user when the input makes no message.
  async read() {
    const text = this.#payload.value;
    switch (this.#kind) {
      case "hex": return fromHex(text);
      case "base64": return fromBase64(text);
      case "file": return this.#readFile();
      default: return text;
    }
  }

  get #kind() {
    return this.#form.elements.kind.value;
  }

  async #readFile() {
    const [file] = this.#file.files;
    if (!file) throw new Error("Choose a file first.");
    return file.arrayBuffer();
  }

  #showInput() {
    const isFile = this.#kind === "file";
    this.#file.hidden = !isFile;
    this.#payload.hidden = isFile;
    this.#payload.placeholder = placeholders[this.#kind] ?? "";
  }
}
