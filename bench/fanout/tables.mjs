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
    "Server CPU, µs a delivery (thousand deliveries a second; frames a read of the load)",
    ["", ...flooded],
    subjects.map((subject) => [
      subject,
      ...flooded.map((name) => {
        const cpu = of(subject, name, "cpu_us_a_delivery");
        if (cpu === undefined) return "";
        const found = cells.filter((cell) => cell.subject === subject && column(cell) === name);
        const speed = median(found.map((cell) => cell.deliveries / cell.seconds)) / 1000;
        return `${cpu.toFixed(2)} (${speed.toFixed(0)}; ${of(subject, name, "frames_a_read").toFixed(1)})`;
      }),
    ]),
  );

  const floor = (name) => (/W=1$/.test(name) ? "floor, one send each" : "floor, one send a tick");
  const ratio = (above, below, name) => {
    const [a, b] = [of(above, name, "cpu_us_a_delivery"), of(below, name, "cpu_us_a_delivery")];
    return a && b ? (a / b).toFixed(2) : "";
  };
  print("Ratios of CPU a delivery", ["", ...flooded], [
    ["our Socket.IO to the floor", ...flooded.map((name) => ratio("tillcast Socket.IO", floor(name), name))],
    ["our WebSocket to the floor", ...flooded.map((name) => ratio("tillcast WebSocket", floor(name), name))],
    ["our WebSocket to Bun.serve topics", ...flooded.map((name) => ratio("tillcast WebSocket", "Bun.serve topics", name))],
    ["socket.io on Node to our Socket.IO", ...flooded.map((name) => ratio("socket.io on Node", "tillcast Socket.IO", name))],
  ]);

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
