// The figures of the fan-out bench as tables: medians over the runs, and the ratios that the targets are of.

const median = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const column = ({ members, window, rate }) => (rate ? `N=${members} ${rate}/s` : `N=${members} W=${window}`);
const unique = (list) => [...new Set(list)];

function print(title, head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const line = (row) => `| ${row.map((text, i) => text.padEnd(widths[i])).join(" | ")} |`;
  console.log(`\n${title}\n`);
  console.log(line(all[0]));
  console.log(`| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  for (const row of all.slice(1)) console.log(line(row));
}

export function print_tables(cells, idle) {
  const of = (subject, name, key) => {
    const found = cells.filter((cell) => cell.subject === subject && column(cell) === name);
    return found.length ? median(found.map((cell) => cell[key])) : undefined;
  };
  const subjects = unique(cells.map(({ subject }) => subject));
  const flooded = unique(cells.filter(({ rate }) => !rate).map(column));
  const paced = unique(cells.filter(({ rate }) => rate).map(column));

  print(
    "Server CPU, µs a delivery (thousand deliveries a second; frames a send)",
    ["", ...flooded],
    subjects.map((subject) => [
      subject,
      ...flooded.map((name) => {
        const cpu = of(subject, name, "cpu_us_a_delivery");
        if (cpu === undefined) return "";
        const found = cells.filter((cell) => cell.subject === subject && column(cell) === name);
        const speed = median(found.map((cell) => cell.deliveries / cell.seconds)) / 1000;
        return `${cpu.toFixed(2)} (${speed.toFixed(0)}; ${of(subject, name, "frames_a_send").toFixed(1)})`;
      }),
    ]),
  );

  const floor = (name) => (/W=1$/.test(name) ? "floor, one send each" : "floor, one send a tick");
  const print_ratios = (title, key) => {
    const ratio = (above, below) => (name) => {
      const [a, b] = [of(above, name, key), of(typeof below === "string" ? below : below(name), name, key)];
      return a && b ? (a / b).toFixed(2) : "";
    };
    print(title, ["", ...flooded], [
      ["our Socket.IO to the floor", ...flooded.map(ratio("tillcast Socket.IO", floor))],
      ["our WebSocket to the floor", ...flooded.map(ratio("tillcast WebSocket", floor))],
      ["our WebSocket to Bun.serve topics", ...flooded.map(ratio("tillcast WebSocket", "Bun.serve topics"))],
      // It sends each message by itself, so only its cost of a delivery compares.
      ...(key === "cpu_us_a_delivery"
        ? [["socket.io on Node to our Socket.IO", ...flooded.map(ratio("socket.io on Node", "tillcast Socket.IO"))]]
        : []),
    ]);
  };
  print_ratios("Ratios of CPU a delivery", "cpu_us_a_delivery");
  // How many messages meet in one send is chance where other work shares the machine, and halves or doubles
  // the CPU a delivery. The cost of a send does not depend on it.
  for (const cell of cells) cell.cpu_us_a_send = cell.cpu_us_a_delivery * cell.frames_a_send;
  print_ratios("Ratios of CPU a send", "cpu_us_a_send");

  for (const name of paced) {
    print(
      `Latency at ${name}, ms`,
      ["", "p50", "p99", "last member p99"],
      subjects
        .filter((subject) => of(subject, name, "p50_ms") !== undefined)
        .map((subject) => [
          subject,
          ...["p50_ms", "p99_ms", "last_p99_ms"].map((key) => of(subject, name, key).toFixed(2)),
        ]),
    );
  }

  if (idle.length === 0) return;
  print(
    `A connection, idle in one room, N=${idle[0].members}`,
    ["", "bytes", "CPU µs to connect"],
    unique(idle.map(({ subject }) => subject)).map((subject) => {
      const found = idle.filter((line) => line.subject === subject);
      const of_idle = (key) => median(found.map((line) => line[key]));
      return [subject, of_idle("bytes_a_connection").toFixed(0), of_idle("cpu_us_a_connect").toFixed(1)];
    }),
  );
}
