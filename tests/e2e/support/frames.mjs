// A WebSocket whose messages are read one after the other; pings of Engine.IO are answered.
import { once } from 'node:events';
import WebSocket from 'ws';

const WAIT_MS = 10_000;

export class Frames {
  #messages = [];
  #waiting = [];

  static async open(url) {
    const frames = new Frames();
    frames.socket = new WebSocket(url);
    frames.socket.on('error', () => {});
    frames.socket.on('message', (data) => frames.#take(String(data)));
    await once(frames.socket, 'open');
    return frames;
  }

  #take(message) {
    if (message === '2') return this.socket.send('3');
    const next = this.#waiting.shift();
    if (next) next(message);
    else this.#messages.push(message);
  }

  next() {
    if (this.#messages.length > 0) return Promise.resolve(this.#messages.shift());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no message came')), WAIT_MS);
      timer.unref();
      this.#waiting.push((message) => {
        clearTimeout(timer);
        resolve(message);
      });
    });
  }

  send(...messages) {
    for (const message of messages) this.socket.send(message);
  }

  end() {
    this.socket.terminate();
  }
}
