// One JSON object a line: what is asked comes in, answers and what is told go out.
import { createInterface } from "node:readline";

for (const way of ["log", "info", "debug", "warn"]) console[way] = console.error; // what the library prints is no answer

export function say(row) {
  process.stdout.write(JSON.stringify(row) + "\n");
}

export async function obey(commands) {
  say({ tells: "ready" });
  for await (const line of createInterface({ input: process.stdin })) {
    const { ask, ...given } = JSON.parse(line);
    try {
      say({ gives: (await commands[ask](given)) ?? null });
    } catch (error) {
      say({ refused: error.message });
    }
  }
  process.exit(0);
}
