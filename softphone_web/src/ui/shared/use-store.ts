/** The one bridge from a store to the view. */
import { useSyncExternalStore } from "react";

export interface Store<T> {
  subscribe: (listener: () => void) => () => void;
  snapshot: () => T;
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.snapshot);
}

/** A value that can be set from anywhere and read by the view. */
export class Value<T> implements Store<T> {
  private readonly listeners = new Set<() => void>();

  constructor(private current: T) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): T => this.current;

  set(next: T): void {
    this.current = next;
    for (const listener of this.listeners) listener();
  }
}
