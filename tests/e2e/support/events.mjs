// Server-sent events read from fetch by a parser of the standard's rules: `blocks` keeps what was on
// the wire, an id alone included, which a browser's EventSource does not show.
export class EventReader {
  blocks = [];
  lastEventId = '';
  #controller = new AbortController();
  #waiting = new Set();

  static async open(url, { headers = {}, ...options } = {}) {
    const reader = new EventReader();
    reader.response = await fetch(url, { headers, signal: reader.#controller.signal, ...options });
    if (reader.response.status === 200) reader.ended = reader.#read();
    return reader;
  }

  async #read() {
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of this.response.body) {
        text += decoder.decode(chunk, { stream: true });
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          this.#take(text.slice(0, end));
          text = text.slice(end + 2);
        }
      }
    } catch {
      return 'broken';
    }
    return 'ended';
  }

  #take(block) {
    const fields = {};
    for (const line of block.split('\n')) {
      const [, name, value] = /^([a-z]+): ?(.*)$/.exec(line);
      fields[name] = name in fields ? `${fields[name]}\n${value}` : value;
    }
    if (fields.id !== undefined) this.lastEventId = fields.id;
    const data = fields.data === undefined ? undefined : JSON.parse(fields.data);
    this.blocks.push({ event: fields.event, id: fields.id, data });
    for (const check of [...this.#waiting]) check();
  }

  /** All messages; an id alone is none. */
  get events() {
    return this.blocks.filter(({ data }) => data !== undefined);
  }

  changes(room) {
    return this.events.filter(({ event, data }) => event === 'change' && (!room || data.room === room))
      .map(({ data }) => data);
  }

  /** Resolves with `pick(this)` as soon as that gives something. */
  until(pick, what = 'an event') {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${what} did not arrive; there is ${JSON.stringify(this.blocks).slice(0, 3000)}`)), 10_000);
      const check = () => {
        const found = pick(this);
        if (!found) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  close() {
    this.#controller.abort();
  }
}
