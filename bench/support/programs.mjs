// What the benches of whole servers share: programs that are pinned to a core, and tables.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export const server_core = "0";
export const load_core = "1";
export const all_cores = "0,1";

/** A program whose lines of output are read one by one; pinned to a core. */
export class Program {
  #lines;
  #ended;

  constructor(core, command, name = command[0]) {
    this.child = spawn("taskset", ["-c", core, ...command.map(String)], { stdio: ["pipe", "pipe", "inherit"] });
    this.#ended = new Promise((resolve) => this.child.once("exit", resolve));
    // A program that ended already takes no more commands; reading its lines says so.
    this.child.stdin.on("error", () => {});
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.name = name;
  }

  get pid() {
    return this.child.pid; // taskset replaces itself by the program
  }

  async line() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.name} ended with ${await this.#ended}`);
    return value;
  }

  async until_line(start) {
    while (!(await this.line()).startsWith(start));
  }

  say(command) {
    this.child.stdin.write(`${command}\n`);
  }

  async ask(command) {
    this.say(command);
    return JSON.parse(await this.line());
  }

  async end(signal = "SIGKILL") {
    this.child.kill(signal);
    return this.#ended;
  }
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function print_table(title, head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const line = (row) => `| ${row.map((text, i) => text.padEnd(widths[i])).join(" | ")} |`;
  console.log(`\n${title}\n`);
  console.log([line(all[0]), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...all.slice(1).map(line)].join("\n"));
}
