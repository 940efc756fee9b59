/** Groups that keep the order of their items. */

export interface Group<T> {
  name: string;
  items: T[];
}

/** Neighbours with the same name together: a list that is sorted stays sorted. */
export function grouped<T>(items: readonly T[], nameOf: (item: T) => string): Group<T>[] {
  const groups: Group<T>[] = [];
  for (const item of items) {
    const name = nameOf(item);
    const last = groups.at(-1);
    if (last?.name === name) last.items.push(item);
    else groups.push({ name, items: [item] });
  }
  return groups;
}

/** The letter under which a name stands; everything that begins otherwise under "#". */
export function letterOf(name: string): string {
  const first = name.trim().normalize("NFD").replace(/\p{M}/gu, "").charAt(0).toUpperCase();
  return /[A-Z]/.test(first) ? first : "#";
}
