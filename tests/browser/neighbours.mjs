// People who register for the walk, each for one reason to be told or not: parents of a child of one or two are.
import { createHash } from "node:crypto";

const person = (name, born, more = {}) => ({
  key: createHash("md5").update(name).digest("hex"),
  mail: [`${name}@example.jp`],
  facts: { children: [{ key: "c1", birth_date: born }] },
  consent: ["mail", "line"],
  ...more,
});
const line = (letter) => `U${letter.repeat(32)}`;

export const neighbours = [
  person("one-year-old", "2025-06-10"),
  person("two-in-the-house", "2024-02-01", {
    facts: { children: [{ key: "c1", birth_date: "2024-02-01" }, { key: "c2", birth_date: "2025-09-20" }] },
  }),
  person("almost-three", "2023-12-20", { line: line("1") }),
  person("line-alone", "2025-01-15", { mail: [], line: line("2") }),
  person("wants-money-news", "2025-03-03", { preferences: { interests: ["money"] } }),
  person("wants-other-news", "2025-03-03", { preferences: { interests: ["disaster"] } }),
  person("wants-no-mail", "2025-03-03", { consent: [] }),
  person("three-already", "2023-11-10", { line: line("3") }),
  person("not-yet-one", "2026-02-10"),
  person("no-child", "", { facts: { children: [] } }),
];

/** Mail addresses and LINE users of those who are told, each as often as they are. */
export const meant = ["one-year-old", "two-in-the-house", "almost-three", "wants-money-news"]
  .map((name) => `${name}@example.jp`)
  .concat(line("1"), line("2"))
  .sort();

/** Somebody who registers when all others have been told. */
export const newcomer = person("newcomer", "2025-05-05", { line: line("4") });

/** Only those of a list who are neighbours. */
export const ofNeighbours = (told) => {
  const known = new Set([...neighbours, newcomer].flatMap((one) => [...one.mail, one.line]));
  return told.filter((to) => known.has(to));
};
