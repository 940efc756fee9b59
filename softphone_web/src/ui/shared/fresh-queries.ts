/** The cache of what the server said, in which nothing stays older than a change. */
import {
  type InvalidateOptions,
  type InvalidateQueryFilters,
  type Query,
  QueryClient,
  type QueryKey,
} from "@tanstack/react-query";

export class FreshQueries extends QueryClient {
  /**
   * Also asks again for what was being asked for the first time: the library lets such a
   * request go on, and its answer, made before the change, would be taken for the newest.
   */
  override async invalidateQueries<Key extends QueryKey = QueryKey>(
    filters: InvalidateQueryFilters<Key> = {},
    options: InvalidateOptions = {},
  ): Promise<void> {
    const first = this.getQueryCache()
      .findAll(filters)
      .filter(({ state }) => state.data === undefined && state.fetchStatus === "fetching");
    const again = async ({ promise, queryKey }: Query) => {
      await promise?.catch(() => undefined);
      await super.invalidateQueries({ queryKey, exact: true }, options);
    };
    await Promise.all([super.invalidateQueries(filters, options), ...first.map(again)]);
  }

  /** The same for a change told by the server; a first request is given up, not waited for. */
  outdate(queryKey: QueryKey): void {
    void this.invalidateQueries({ queryKey });
    void this.cancelQueries({ queryKey, predicate: ({ state }) => state.data === undefined });
  }
}
